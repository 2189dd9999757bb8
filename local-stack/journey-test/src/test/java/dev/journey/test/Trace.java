package dev.journey.test;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The spans of one trace that have been exported so far.
 *
 * @param id the trace's id, 32 hex digits
 * @param spans its spans in the order of arrival
 */
record Trace(String id, List<ReceivedSpan> spans) {

    /** The one span of a service and kind; an error that shows the trace where there is none, or several. */
    ReceivedSpan span(String service, SpanKind kind) {
        List<ReceivedSpan> found = spans.stream()
                .filter(span -> span.service().equals(service) && span.kind() == kind)
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(
                    "not one but " + found.size() + " " + kind + " spans of " + service + " in " + this);
        }
        return found.get(0);
    }

    ReceivedSpan gatewayServer() {
        return span("gateway", SpanKind.SPAN_KIND_SERVER);
    }

    ReceivedSpan gatewayClient() {
        return span("gateway", SpanKind.SPAN_KIND_CLIENT);
    }

    ReceivedSpan checkoutServer() {
        return span("checkout", SpanKind.SPAN_KIND_SERVER);
    }

    ReceivedSpan checkoutProducer() {
        return span("checkout", SpanKind.SPAN_KIND_PRODUCER);
    }

    ReceivedSpan stockConsumer() {
        return span("stock", SpanKind.SPAN_KIND_CONSUMER);
    }

    /** The five of an accepted checkout from the top to the bottom. */
    List<ReceivedSpan> journey() {
        return List.of(gatewayServer(), gatewayClient(), checkoutServer(), checkoutProducer(), stockConsumer());
    }

    /** The spans as a tree. */
    @Override
    public String toString() {
        StringBuilder tree = new StringBuilder("trace " + id + " of " + spans.size() + " spans\n");
        Set<String> ids = spans.stream().map(ReceivedSpan::id).collect(Collectors.toSet());
        inOrder(spans.stream().filter(span -> !ids.contains(span.parentId())).toList())
                .forEach(span -> write(tree, span, 1));
        return tree.toString();
    }

    private void write(StringBuilder tree, ReceivedSpan span, int depth) {
        tree.append("  ".repeat(depth)).append(span).append('\n');
        inOrder(spans.stream()
                        .filter(child -> child.parentId().equals(span.id()))
                        .toList())
                .forEach(child -> write(tree, child, depth + 1));
    }

    private static List<ReceivedSpan> inOrder(List<ReceivedSpan> spans) {
        return spans.stream()
                .sorted(Comparator.comparingLong(span -> span.span().getStartTimeUnixNano()))
                .toList();
    }
}
