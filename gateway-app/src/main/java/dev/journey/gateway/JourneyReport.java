package dev.journey.gateway;

import checkout.GetStatusRequest;
import checkout.GetStatusResponse;
import checkout.Queue;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** What {@code GET /api/journey} tells. */
@Component
public class JourneyReport {

    private final String instance = UUID.randomUUID().toString();
    private final CheckoutRequests requests;
    private final CheckoutCalls calls;
    private final String traceUrl;

    JourneyReport(CheckoutRequests requests, CheckoutCalls calls, @Value("${page.trace-url}") String traceUrl) {
        this.requests = requests;
        this.calls = calls;
        this.traceUrl = traceUrl;
    }

    /** What the checkout service is asked. */
    public GetStatusRequest question() {
        return GetStatusRequest.getDefaultInstance();
    }

    /** The report, as far as it is known. */
    public Journey of(Object body) {
        // The question is still there where nothing was answered.
        GetStatusResponse checkout = body instanceof GetStatusResponse answer ? answer : null;
        return new Journey(
                instance,
                traceUrl,
                requests.figures(),
                new Checkout(checkout != null, calls.figures()),
                checkout != null && checkout.hasQueue() ? messages(checkout.getQueue()) : null,
                checkout != null && checkout.hasDeadLetterQueue() ? messages(checkout.getDeadLetterQueue()) : null,
                checkout == null ? null : items(checkout));
    }

    private static Messages messages(Queue queue) {
        return new Messages(queue.getWaitingMessages(), queue.getConsumers());
    }

    private static List<Item> items(GetStatusResponse checkout) {
        return checkout.getItemsList().stream()
                .map(item -> new Item(item.getId(), item.getPrice()))
                .toList();
    }

    /**
     * The journey; what is not known is null.
     *
     * @param instance the gateway that tells this: figures of one and another do not make a difference
     * @param traceUrl what a trace's id is appended to
     * @param items what can be bought
     */
    @JsonInclude
    record Journey(
            String instance,
            String traceUrl,
            Figures gateway,
            Checkout checkout,
            Messages queue,
            Messages deadLetters,
            List<Item> items) {}

    /**
     * The checkout service as the gateway sees it.
     *
     * @param reachable whether it answered this time
     * @param calls what became of the calls to it
     */
    record Checkout(boolean reachable, Figures calls) {}

    /**
     * A queue.
     *
     * @param waiting the messages that no consumer has yet
     */
    record Messages(long waiting, int consumers) {}

    /** Something that can be bought. */
    record Item(int id, int price) {}
}
