package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.List;

/** The five spans of an accepted checkout. */
final class JourneyExpectation {

    static final String RPC_METHOD = "checkout.Checkout/DoCheckout";

    private JourneyExpectation() {}

    /** Holds a trace to services, kinds, names, order and status. */
    static void assertJourney(Trace trace) {
        assertThat(trace.spans().size()).as(trace::toString).isEqualTo(5);
        List<ReceivedSpan> journey = trace.journey();
        assertThat(journey)
                .as(trace::toString)
                .extracting(ReceivedSpan::name)
                .containsExactly(
                        "POST /api/checkout",
                        RPC_METHOD,
                        RPC_METHOD,
                        "publish exchange:checkout.processed",
                        "process exchange:checkout.processed:stock-queue");
        assertThat(journey)
                .as(trace::toString)
                .allSatisfy(span -> assertThat(span.traceId()).isEqualTo(trace.id()))
                .extracting(ReceivedSpan::status)
                .containsOnly(StatusCode.STATUS_CODE_UNSET);
        for (int below = 1; below < journey.size(); below++) {
            assertThat(journey.get(below).parentId())
                    .as("the span above %s in %s", journey.get(below).name(), trace)
                    .isEqualTo(journey.get(below - 1).id());
        }
    }

    /** Holds a trace to nothing above its first span. */
    static void assertOwnRoot(Trace trace) {
        assertThat(trace.span("gateway", SpanKind.SPAN_KIND_SERVER).parentId())
                .as(trace::toString)
                .isEmpty();
    }
}
