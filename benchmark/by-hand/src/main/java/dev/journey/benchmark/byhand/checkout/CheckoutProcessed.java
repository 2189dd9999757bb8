package dev.journey.benchmark.byhand.checkout;

import java.util.List;

/** The event {@code checkout.processed}. */
record CheckoutProcessed(String id, String correlationId, String timestamp, Payload payload) {

    /** The order: its items, one entry a piece, and their price. */
    record Payload(List<Integer> itemsID, int totalAmount) {}
}
