package dev.journey.benchmark.byhand.stock;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;

/** The event {@code checkout.processed}; all but the order may be left out. */
record CheckoutProcessed(
        String id,
        String correlationId,
        String timestamp,

        @JsonProperty(required = true) @JsonSetter(nulls = Nulls.FAIL)
        Order payload) {

    /** The order: its items, one entry a piece, and their price. */
    record Order(@JsonSetter(contentNulls = Nulls.FAIL) List<Integer> itemsID, Integer totalAmount) {}
}
