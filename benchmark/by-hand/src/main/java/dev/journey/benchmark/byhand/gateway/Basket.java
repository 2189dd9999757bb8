package dev.journey.benchmark.byhand.gateway;

import checkout.CheckoutRequest;
import java.util.Arrays;

/**
 * The body of {@code POST /api/checkout}.
 *
 * @param itemsID the items, one entry a piece
 */
record Basket(int[] itemsID) {

    CheckoutRequest toRequest() {
        CheckoutRequest.Builder request = CheckoutRequest.newBuilder();
        Arrays.stream(itemsID).forEach(request::addItemsID);
        return request.build();
    }
}
