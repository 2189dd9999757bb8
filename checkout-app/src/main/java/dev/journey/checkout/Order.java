package dev.journey.checkout;

import checkout.CheckoutResponse;
import java.util.List;

/**
 * A priced basket.
 *
 * @param itemsID the items, one entry a piece
 * @param totalAmount the sum of their prices
 */
public record Order(List<Integer> itemsID, int totalAmount) {

    /** The same for whoever placed it. */
    public CheckoutResponse toResponse() {
        return CheckoutResponse.newBuilder().setTotalAmount(totalAmount).build();
    }
}
