package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What one checkout leaves in the trace backend and in the logs. */
@ExtendWith(JourneyExtension.class)
class TraceContractIT {

    private static final String UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN_ID = "00f067aa0ba902b7";

    private final Journey journey;

    TraceContractIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void oneAcceptedCheckoutIsFiveSpansEachTheChildOfTheOneAbove() throws Exception {
        Trace trace = acceptedCheckout();

        JourneyExpectation.assertJourney(trace);
        JourneyExpectation.assertOwnRoot(trace);
    }

    @Test
    void theHttpSpanTellsTheRequestAndTheStatus() throws Exception {
        Trace trace = acceptedCheckout();

        assertThat(trace.gatewayServer().attributes())
                .as(trace::toString)
                .contains(
                        entry("http.request.method", "POST"),
                        entry("http.route", "/api/checkout"),
                        entry("url.path", "/api/checkout"),
                        entry("url.scheme", "http"),
                        entry("http.response.status_code", 202L),
                        entry("server.address", "127.0.0.1"),
                        entry("server.port", (long) journey.client().port()));
    }

    @Test
    void theGrpcSpansTellTheCallAndItsStatusCode() throws Exception {
        Trace trace = acceptedCheckout();

        for (ReceivedSpan span : List.of(trace.gatewayClient(), trace.checkoutServer())) {
            assertThat(span.attributes())
                    .as(trace::toString)
                    .contains(
                            entry("rpc.system.name", "grpc"),
                            entry("rpc.method", "checkout.Checkout/DoCheckout"),
                            entry("rpc.response.status_code", "OK"),
                            entry("server.address", "127.0.0.1"),
                            entry("server.port", (long) journey.grpcPort()));
        }
    }

    @Test
    void theCheckoutSpanHasTheAmountAsAnEvent() throws Exception {
        Trace trace = acceptedCheckout();

        assertThat(trace.checkoutServer().eventNames())
                .as(trace::toString)
                .containsExactly("response: totalAmount: 1234");
    }

    @Test
    void theMessagingSpansTellTheSameMessage() throws Exception {
        Trace trace = acceptedCheckout();

        Map<String, Object> producer = trace.checkoutProducer().attributes();
        assertThat(producer)
                .as(trace::toString)
                .contains(
                        entry("messaging.system", "rabbitmq"),
                        entry("messaging.operation.type", "send"),
                        entry("messaging.operation.name", "publish"),
                        entry("messaging.destination.name", "exchange:checkout.processed"),
                        entry("messaging.rabbitmq.destination.routing_key", "checkout.processed"),
                        entry("server.address", "127.0.0.1"),
                        entry("server.port", (long) journey.brokerProxy().port()));
        assertThat(producer.get("messaging.message.id"))
                .as(trace::toString)
                .asString()
                .matches(UUID);

        Map<String, Object> consumer = trace.stockConsumer().attributes();
        assertThat(consumer)
                .as(trace::toString)
                .contains(
                        entry("messaging.system", "rabbitmq"),
                        entry("messaging.operation.type", "process"),
                        entry("messaging.operation.name", "process"),
                        entry("messaging.destination.name", "exchange:checkout.processed:stock-queue"),
                        entry("messaging.rabbitmq.destination.routing_key", "checkout.processed"),
                        entry("messaging.message.id", producer.get("messaging.message.id")),
                        entry("server.address", "127.0.0.1"),
                        entry("server.port", (long) journey.brokerProxy().port()));
        assertThat(consumer.get("messaging.rabbitmq.message.delivery_tag"))
                .as(trace::toString)
                .asInstanceOf(InstanceOfAssertFactories.LONG)
                .isPositive();
    }

    @Test
    void noSpanHasAnAttributeThatTheConventionsHaveGivenUp() throws Exception {
        Trace trace = acceptedCheckout();

        assertThat(trace.spans()).as(trace::toString).allSatisfy(span -> assertThat(span.attributes())
                .doesNotContainKeys(
                        "rpc.system",
                        "rpc.service",
                        "rpc.grpc.status_code",
                        "http.method",
                        "http.status_code",
                        "http.url",
                        "http.target",
                        "net.peer.name",
                        "messaging.destination",
                        "messaging.operation",
                        "error.type",
                        "url.query",
                        "url.full"));
    }

    @Test
    void everyServiceSaysWhichItIs() throws Exception {
        Trace trace = acceptedCheckout();

        assertThat(trace.spans()).as(trace::toString).allSatisfy(span -> assertThat(span.resourceAttributes())
                .hasEntrySatisfying(
                        "service.version",
                        version -> assertThat(version).asString().isNotBlank().doesNotContain("@", "$"))
                .hasEntrySatisfying(
                        "service.instance.id",
                        instance -> assertThat(instance).asString().isNotBlank()));
        Map<String, Set<Object>> instances = trace.spans().stream()
                .collect(Collectors.groupingBy(
                        ReceivedSpan::service,
                        Collectors.mapping(
                                span -> span.resourceAttributes().get("service.instance.id"), Collectors.toSet())));
        assertThat(instances).containsOnlyKeys("gateway", "checkout", "stock");
        assertThat(instances.values())
                .allSatisfy(ofService -> assertThat(ofService).hasSize(1))
                .doesNotHaveDuplicates();
    }

    @Test
    void aCallersTraceIsContinuedAndItsStateTravels() throws Exception {
        TraceParent caller = TraceParent.sampledOne();
        String state = "vendor=opaque-1,other=2";

        HttpResponse<String> response =
                journey.client().checkout("traceparent", caller.toString(), "tracestate", state);

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(GatewayClient.traceId(response)).isEqualTo(caller.traceId());
        Trace trace = journey.spans().awaitTrace(caller.traceId(), 5);
        JourneyExpectation.assertJourney(trace);
        assertThat(trace.gatewayServer().parentId()).as(trace::toString).isEqualTo(caller.spanId());
        assertThat(trace.spans()).as(trace::toString).allSatisfy(span -> assertThat(
                        span.span().getTraceState())
                .as(span.toString())
                .isEqualTo(state));
    }

    static Stream<Arguments> malformedTraceParents() {
        return Stream.of(
                Arguments.of("a word", List.of("nonsense")),
                Arguments.of("a short trace id", List.of("00-" + TRACE_ID.substring(1) + "-" + SPAN_ID + "-01")),
                Arguments.of("a long trace id", List.of("00-" + TRACE_ID + "a-" + SPAN_ID + "-01")),
                Arguments.of("a short span id", List.of("00-" + TRACE_ID + "-" + SPAN_ID.substring(1) + "-01")),
                Arguments.of("no flags", List.of("00-" + TRACE_ID + "-" + SPAN_ID)),
                Arguments.of("more than version 00 has", List.of("00-" + TRACE_ID + "-" + SPAN_ID + "-01-00")),
                Arguments.of("a trace id of zeroes", List.of("00-" + "0".repeat(32) + "-" + SPAN_ID + "-01")),
                Arguments.of("a span id of zeroes", List.of("00-" + TRACE_ID + "-" + "0".repeat(16) + "-01")),
                Arguments.of("the version ff", List.of("ff-" + TRACE_ID + "-" + SPAN_ID + "-01")),
                Arguments.of("upper case", List.of("00-" + TRACE_ID.toUpperCase() + "-" + SPAN_ID + "-01")),
                Arguments.of(
                        "a digit that is none", List.of("00-" + TRACE_ID.replace('4', 'g') + "-" + SPAN_ID + "-01")),
                Arguments.of(
                        "two headers",
                        List.of(
                                "00-" + TRACE_ID + "-" + SPAN_ID + "-01",
                                "00-" + TRACE_ID.replace('4', '5') + "-" + SPAN_ID + "-01")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedTraceParents")
    void aMalformedTraceParentStartsANewTrace(String name, List<String> values) throws Exception {
        HttpResponse<String> response = journey.client().send(GatewayClient.PATH, request -> {
            values.forEach(value -> request.header("traceparent", value));
            return request.header("tracestate", "vendor=lost").POST(BodyPublishers.noBody());
        });

        assertThat(response.statusCode()).isEqualTo(202);
        String id = GatewayClient.traceId(response);
        assertThat(id)
                .isNotIn(values.stream()
                        .flatMap(value -> Stream.of(value.split("-")))
                        .toList());
        Trace trace = journey.spans().awaitTrace(id, 5);
        JourneyExpectation.assertJourney(trace);
        JourneyExpectation.assertOwnRoot(trace);
        // Whose traceparent is not to be read, his tracestate is not either.
        assertThat(trace.spans())
                .as(trace::toString)
                .allSatisfy(span -> assertThat(span.span().getTraceState()).isEmpty());
    }

    @Test
    void whatTheCallerDoesNotRecordIsNotExportedButKeepsItsId() throws Exception {
        TraceParent caller = TraceParent.unsampledOne();

        HttpResponse<String> response = journey.client().checkout("traceparent", caller.toString());

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(GatewayClient.traceId(response)).isEqualTo(caller.traceId());
        await("the order in stock's log, with the caller's trace")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(orderLines(caller.traceId())).hasSize(1));
        // Exporters send in order: what comes after has arrived, so what was before would have, too.
        acceptedCheckout();
        assertThat(journey.spans().trace(caller.traceId()).spans()).isEmpty();
    }

    @Test
    void everyLogLineOfACheckoutNamesItsTraceAndASpanOfIt() throws Exception {
        Trace trace = acceptedCheckout();

        await("the order in stock's log").atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        orderLines(trace.id()))
                .singleElement()
                .extracting(LogLine::spanId)
                .isEqualTo(trace.stockConsumer().id()));
        Map<String, List<String>> spansOfService = trace.spans().stream()
                .collect(Collectors.groupingBy(
                        ReceivedSpan::service, Collectors.mapping(ReceivedSpan::id, Collectors.toList())));
        assertThat(journey.lines().stream().filter(line -> line.text().contains(trace.id())))
                .isNotEmpty()
                .allSatisfy(line -> {
                    assertThat(line.traceId()).as(line.toString()).isEqualTo(trace.id());
                    assertThat(line.spanId()).as(line.toString()).isIn(spansOfService.get(line.service()));
                });
    }

    @Test
    void noOrderIsLoggedWithoutATrace() throws Exception {
        acceptedCheckout();

        assertThat(journey.stock().lines().stream().filter(line -> line.text().contains("Order taken")))
                .isNotEmpty()
                .allSatisfy(
                        line -> assertThat(line.traceId()).as(line.toString()).isNotEmpty());
    }

    @Test
    void nothingThatACallerSendsEndsInASpanOrALog() throws Exception {
        List<String> secrets = List.of(
                "MARKER-query-1", "MARKER-authorization-2", "MARKER-header-3", "MARKER-body-4", "MARKER-cookie-5");
        String query = "?token=MARKER-query-1";
        List<HttpResponse<String>> responses = List.of(
                journey.client().send(GatewayClient.PATH + query, request -> request.header(
                                "Authorization", "Bearer MARKER-authorization-2")
                        .header("X-Anything", "MARKER-header-3")
                        .header("Cookie", "session=MARKER-cookie-5")
                        .POST(BodyPublishers.noBody())),
                journey.client()
                        .send(GatewayClient.PATH + query, request -> request.header("Content-Type", "application/json")
                                .header("Authorization", "Bearer MARKER-authorization-2")
                                .POST(BodyPublishers.ofString("{\"itemsID\":[\"MARKER-body-4\"]}"))),
                journey.client()
                        .send(GatewayClient.PATH + query, request -> request.header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("MARKER-body-4"))),
                journey.client()
                        .send(GatewayClient.PATH + query, request -> request.header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"MARKER-body-4\":[1],\"itemsID\":[77]}"))),
                journey.client().send(GatewayClient.PATH + query, request -> request.header(
                                "Content-Type", "text/MARKER-header-3")
                        .POST(BodyPublishers.ofString("MARKER-body-4"))),
                journey.client()
                        .send(GatewayClient.PATH + query, request -> request.header("X-Anything", "MARKER-header-3")
                                .method("DELETE", BodyPublishers.ofString("MARKER-body-4"))));

        assertThat(responses.stream().map(HttpResponse::statusCode)).contains(202, 400, 415, 405);
        for (HttpResponse<String> response : responses) {
            assertThat(response.body()).doesNotContain(secrets);
            assertThat(response.headers().map().toString()).doesNotContain(secrets);
        }
        journey.spans().awaitTrace(GatewayClient.traceId(responses.get(0)), 5);
        // Exporters send in order: what comes after has arrived, so what was before has, too.
        acceptedCheckout();
        assertThat(journey.spans().spans()).allSatisfy(span -> assertThat(span.resource() + "\n" + span.span())
                .doesNotContain("MARKER"));
        assertThat(journey.lines()).allSatisfy(line -> assertThat(line.text()).doesNotContain("MARKER"));
    }

    @Test
    void aRequestThatCannotBeParsedIsNotQuotedInALog() throws Exception {
        String request = "POST /api/checkout?token=UNPARSED-MARKER{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", journey.client().port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("UNPARSED-MARKER");
        }
        acceptedCheckout();
        assertThat(journey.gateway().lines())
                .filteredOn(line -> line.text().contains("UNPARSED-MARKER"))
                .isEmpty();
    }

    @Test
    void theBrokersPasswordIsNowhere() throws Exception {
        acceptedCheckout();

        assertThat(journey.lines())
                .allSatisfy(line -> assertThat(withoutUser(line.text())).doesNotContain(Broker.PASSWORD));
        assertThat(journey.spans().spans())
                .allSatisfy(span -> assertThat(withoutUser(span.resource() + "\n" + span.span()))
                        .doesNotContain(Broker.PASSWORD));
    }

    // The user has the same name, and the broker's address with him in it is no secret.
    private static String withoutUser(String text) {
        return text.replace("amqp://" + Broker.USER + "@", "");
    }

    @Test
    void nothingButTracesIsExported() throws Exception {
        acceptedCheckout();

        assertThat(journey.spans().refused()).isEmpty();
    }

    private Trace acceptedCheckout() throws Exception {
        HttpResponse<String> response = journey.client().checkout();
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        return journey.spans().awaitTrace(GatewayClient.traceId(response), 5);
    }

    private List<LogLine> orderLines(String traceId) {
        return journey.stock().lines().stream()
                .filter(line -> line.text().contains("Order taken"))
                .filter(line -> line.traceId().equals(traceId))
                .toList();
    }
}
