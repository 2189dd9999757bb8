package dev.journey.stock;

import java.util.List;

/**
 * The body of {@code checkout.processed}. What a publisher leaves out is null.
 *
 * @param id the event's id
 * @param correlationId the id of what the event is part of
 * @param timestamp when it happened (RFC 3339)
 * @param payload the order
 */
public record CheckoutProcessed(String id, String correlationId, String timestamp, Order payload) {

    /** The order: its items, one entry a piece, and their price. */
    public record Order(List<Integer> itemsID, Integer totalAmount) {}

    /** How many items were ordered. */
    public int items() {
        return payload == null || payload.itemsID() == null
                ? 0
                : payload.itemsID().size();
    }

    /** What they cost; 0 where the publisher does not say. */
    public int totalAmount() {
        return payload == null || payload.totalAmount() == null ? 0 : payload.totalAmount();
    }
}
