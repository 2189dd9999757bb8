package dev.journey.gateway;

import checkout.CheckoutRequest;
import java.util.Arrays;

/**
 * The body of {@code POST /api/checkout}.
 *
 * @param itemsID the items, one entry a piece
 */
public record Basket(int[] itemsID) {

    /** The same for the checkout service. */
    public CheckoutRequest toRequest() {
        CheckoutRequest.Builder request = CheckoutRequest.newBuilder();
        Arrays.stream(itemsID).forEach(request::addItemsID);
        return request.build();
    }
}
