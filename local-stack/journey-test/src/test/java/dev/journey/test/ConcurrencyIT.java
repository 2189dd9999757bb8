package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many checkouts at once: each has a trace of its own, and no thread keeps anything of it. */
@ExtendWith(JourneyExtension.class)
class ConcurrencyIT {

    private static final int CHECKOUTS = 2_000;
    private static final int THREADS = 64;
    private static final String STRICT_STORAGE = "io.opentelemetry.context.StrictContextStorage";
    private static final String SCOPE = STRICT_STORAGE + "$StrictScope";
    private static final String SPAN = "io.opentelemetry.sdk.trace.SdkSpan";
    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(60);
    private static final Pattern STRICT_CONTEXT_COMPLAINT = Pattern.compile(
            "StrictContextStorage|Scope garbage collected|closed on different thread|closed out of order|AssertionError",
            Pattern.CASE_INSENSITIVE);

    private final Journey journey;

    ConcurrencyIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void everyCheckoutIsATraceOfItsOwnAndLeavesNothingBehind() throws Exception {
        List<Outcome> outcomes = checkOutAll();

        assertThat(outcomes)
                .allSatisfy(outcome ->
                        assertThat(outcome.status()).as(outcome.body()).isEqualTo(202));
        assertThat(outcomes).extracting(Outcome::traceId).doesNotHaveDuplicates();
        await("the spans of all checkouts").atMost(ARRIVAL_LIMIT).untilAsserted(() -> assertThat(outcomes.stream()
                        .map(Outcome::traceId)
                        .map(journey.spans()::trace)
                        .filter(trace -> trace.spans().size() < 5))
                .as("traces that lack spans")
                .isEmpty());
        Set<String> spanIds = new HashSet<>();
        for (Outcome outcome : outcomes) {
            Trace trace = journey.spans().trace(outcome.traceId());
            JourneyExpectation.assertJourney(trace);
            if (outcome.caller() == null) {
                JourneyExpectation.assertOwnRoot(trace);
            } else {
                assertThat(outcome.traceId()).isEqualTo(outcome.caller().traceId());
                assertThat(trace.gatewayServer().parentId())
                        .as(trace::toString)
                        .isEqualTo(outcome.caller().spanId());
            }
            assertThat(trace.checkoutProducer().attributes().get("messaging.message.id"))
                    .as("the same message on both sides of the broker in %s", trace)
                    .isEqualTo(trace.stockConsumer().attributes().get("messaging.message.id"));
            trace.spans().forEach(span -> spanIds.add(span.id()));
        }
        assertThat(spanIds).as("spans, none of them in two traces").hasSize(5 * CHECKOUTS);

        assertNoContextOutlivesItsCheckout();
        assertNothingIsLeftOnAThread();
    }

    private List<Outcome> checkOutAll() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Outcome>> checkouts = IntStream.range(0, CHECKOUTS)
                    .mapToObj(number -> number % 2 == 0 ? null : TraceParent.sampledOne())
                    .map(caller -> (Callable<Outcome>) () -> checkOut(caller))
                    .toList();
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> outcome : executor.invokeAll(checkouts)) {
                outcomes.add(outcome.get());
            }
            return outcomes;
        } finally {
            executor.shutdownNow();
        }
    }

    private Outcome checkOut(TraceParent caller) throws Exception {
        HttpResponse<String> response = caller == null
                ? journey.client().checkout()
                : journey.client().checkout("traceparent", caller.toString());
        return new Outcome(caller, response.statusCode(), response.body(), GatewayClient.traceId(response));
    }

    private void assertNoContextOutlivesItsCheckout() {
        for (Application application : journey.applications()) {
            assertThat(application.liveInstances(STRICT_STORAGE))
                    .as("the strict context check of %s is on", application.service())
                    .isPositive();
            // A scope that was never closed is told of when it is collected,
            application.collectGarbage();
            application.collectGarbage();
            // and is among the living as long as a thread keeps it.
            for (String kept : List.of(SCOPE, SPAN)) {
                await("no " + kept + " in " + application.service())
                        .atMost(Duration.ofSeconds(10))
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() ->
                                assertThat(application.liveInstances(kept)).isZero());
            }
        }
        await("no complaint of the strict context check")
                .during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(4))
                .untilAsserted(() -> assertThat(journey.lines())
                        .filteredOn(line ->
                                STRICT_CONTEXT_COMPLAINT.matcher(line.text()).find())
                        .isEmpty());
    }

    private void assertNothingIsLeftOnAThread() throws Exception {
        HttpResponse<String> response = journey.client().checkout();

        assertThat(response.statusCode()).isEqualTo(202);
        Trace trace = journey.spans().awaitTrace(GatewayClient.traceId(response), 5);
        JourneyExpectation.assertJourney(trace);
        JourneyExpectation.assertOwnRoot(trace);
        assertThat(journey.spans().traceIds()).as("ids of traces").doesNotContain("0".repeat(32));
    }

    /**
     * What came of one checkout.
     *
     * @param caller the trace that its caller is in, or null
     */
    private record Outcome(TraceParent caller, int status, String body, String traceId) {}
}
