package dev.journey.stock;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;

/**
 * The body of {@code checkout.processed}. What a publisher may leave out, all but the order, is null.
 *
 * @param id the event's id
 * @param correlationId the id of what the event is part of
 * @param timestamp when it happened (RFC 3339)
 * @param payload the order, which may be empty
 */
public record CheckoutProcessed(
        String id,
        String correlationId,
        String timestamp,

        @JsonProperty(required = true) @JsonSetter(nulls = Nulls.FAIL)
        Order payload) {

    /** The order: its items, one entry a piece, and their price. */
    public record Order(
            @JsonSetter(contentNulls = Nulls.FAIL) List<Integer> itemsID, Integer totalAmount) {}

    /** The order in words. A publisher may leave out the items and what they cost. */
    @Override
    public String toString() {
        int items = payload.itemsID() == null ? 0 : payload.itemsID().size();
        int totalAmount = payload.totalAmount() == null ? 0 : payload.totalAmount();
        return items + " items, total amount " + totalAmount;
    }
}
