package dev.journey.tracing;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import checkout.CheckoutRequest;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.journey.localstack.broker.EmbeddedBroker;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(classes = TracedApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class SemanticConventionsTracerTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";

    private static EmbeddedBroker broker;

    private final HttpClient client = HttpClient.newHttpClient();

    @Autowired
    private InMemorySpanExporter exporter;

    @Autowired
    private ProducerTemplate producer;

    @Autowired
    private Tracer tracer;

    @LocalServerPort
    private int port;

    @BeforeAll
    static void keepAccountOfScopes() {
        ContextLedger.install();
    }

    @DynamicPropertySource
    static void addresses(DynamicPropertyRegistry registry) throws IOException {
        broker = EmbeddedBroker.start(0);
        registry.add("spring.rabbitmq.port", broker::port);
        int grpc = freePort();
        int closed = freePort();
        registry.add("test.grpc.port", () -> grpc);
        registry.add("test.closed.port", () -> closed);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void forgetSpans() {
        exporter.reset();
    }

    @AfterEach
    void everyScopeIsClosedWhereItWasOpened() {
        await().untilAsserted(() -> assertThat(ContextLedger.OPEN).isEmpty());
        assertThat(ContextLedger.FAULTS).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/synchronous", "/asynchronous"})
    void oneRequestIsOneTraceOverHttpGrpcAndAmqp(String path) throws Exception {
        String trace = get(path).body();

        List<SpanData> spans = trace(trace, 5);
        SpanData http = only(spans, SpanKind.SERVER, "GET " + path);
        SpanData call = only(spans, SpanKind.CLIENT, "checkout.Checkout/DoCheckout");
        SpanData served = only(spans, SpanKind.SERVER, "checkout.Checkout/DoCheckout");
        SpanData published = only(spans, SpanKind.PRODUCER, "publish orders:placed");
        SpanData processed = only(spans, SpanKind.CONSUMER, "process orders:placed:stock");
        assertThat(http.getParentSpanContext().isValid()).isFalse();
        assertThat(call.getParentSpanId()).isEqualTo(http.getSpanId());
        assertThat(served.getParentSpanId()).isEqualTo(call.getSpanId());
        assertThat(published.getParentSpanId()).isEqualTo(served.getSpanId());
        assertThat(processed.getParentSpanId()).isEqualTo(published.getSpanId());
        assertThat(served.getEvents()).singleElement().satisfies(event -> assertThat(event.getName())
                .isEqualTo("priced"));
        assertThat(spans)
                .allSatisfy(span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET));
    }

    @Test
    void attributesAreThoseOfTheConventions() throws Exception {
        String trace = get("/synchronous?token=secret").body();

        List<SpanData> spans = trace(trace, 5);
        assertThat(plain(only(spans, SpanKind.SERVER, "GET /synchronous").getAttributes()))
                .isEqualTo(Map.of(
                        "http.request.method", "GET",
                        "http.route", "/synchronous",
                        "url.path", "/synchronous",
                        "url.scheme", "http",
                        "server.address", "localhost",
                        "server.port", (long) port,
                        "http.response.status_code", 200L));
        Attributes call =
                only(spans, SpanKind.CLIENT, "checkout.Checkout/DoCheckout").getAttributes();
        assertThat(plain(call))
                .isEqualTo(Map.of(
                        "rpc.system.name", "grpc",
                        "rpc.method", "checkout.Checkout/DoCheckout",
                        "rpc.response.status_code", "OK",
                        "server.address", "localhost",
                        "server.port", call.get(longKey("server.port"))));
        assertThat(plain(only(spans, SpanKind.SERVER, "checkout.Checkout/DoCheckout")
                        .getAttributes()))
                .isEqualTo(plain(call));
        Attributes published =
                only(spans, SpanKind.PRODUCER, "publish orders:placed").getAttributes();
        String messageId = published.get(stringKey("messaging.message.id"));
        assertThat(plain(published))
                .isEqualTo(Map.of(
                        "messaging.system", "rabbitmq",
                        "messaging.operation.type", "send",
                        "messaging.operation.name", "publish",
                        "messaging.destination.name", "orders:placed",
                        "messaging.rabbitmq.destination.routing_key", "placed",
                        "messaging.message.id", messageId,
                        "server.address", "localhost",
                        "server.port", (long) broker.port()));
        Attributes processed =
                only(spans, SpanKind.CONSUMER, "process orders:placed:stock").getAttributes();
        assertThat(plain(processed))
                .isEqualTo(Map.of(
                        "messaging.system", "rabbitmq",
                        "messaging.operation.type", "process",
                        "messaging.operation.name", "process",
                        "messaging.destination.name", "orders:placed:stock",
                        "messaging.rabbitmq.destination.routing_key", "placed",
                        "messaging.rabbitmq.message.delivery_tag",
                                processed.get(longKey("messaging.rabbitmq.message.delivery_tag")),
                        "messaging.message.id", messageId,
                        "server.address", "localhost",
                        "server.port", (long) broker.port()));
    }

    @Test
    void eachRequestTellsTheAddressThatItWasSentTo() throws Exception {
        for (String host : List.of("localhost", "127.0.0.1", "localhost")) {
            URI uri = URI.create("http://" + host + ":" + port + "/synchronous");
            String trace = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();

            assertThat(only(trace(trace, 5), SpanKind.SERVER, "GET /synchronous")
                            .getAttributes()
                            .get(stringKey("server.address")))
                    .isEqualTo(host);
        }
    }

    @Test
    void aTraceThatComesInIsContinued() throws Exception {
        get("/synchronous", "traceparent", TRACEPARENT, "tracestate", "vendor=value");

        List<SpanData> spans = trace(TRACE, 5);
        assertThat(only(spans, SpanKind.SERVER, "GET /synchronous").getParentSpanId())
                .isEqualTo(PARENT);
        assertThat(spans).allSatisfy(span -> assertThat(
                        span.getSpanContext().getTraceState().get("vendor"))
                .isEqualTo("value"));
    }

    @Test
    void twoTraceparentsAreNone() throws Exception {
        HttpResponse<String> response =
                get("/threads", "traceparent", TRACEPARENT, "traceparent", TRACEPARENT.replace('7', '8'));

        assertThat(response.body()).isNotEqualTo(TRACE).matches("[0-9a-f]{32}");
        trace(response.body(), 1);
    }

    @Test
    void aMessageContinuesItsTraceWhateverTypeItsHeaderHas() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setPort(broker.port());
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            for (Object header : List.of(TRACEPARENT, TRACEPARENT.getBytes())) {
                AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                        .headers(Map.of("traceparent", header))
                        .build();
                channel.basicPublish("orders", "placed", properties, "x".getBytes());
            }
        }

        assertThat(trace(TRACE, 2)).allSatisfy(span -> {
            assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
            assertThat(span.getParentSpanId()).isEqualTo(PARENT);
        });
    }

    @Test
    void stepsOnOtherThreadsAreInTheTrace() throws Exception {
        String trace = get("/threads").body();

        assertThat(trace(trace, 1)).singleElement().satisfies(span -> assertThat(span.getName())
                .isEqualTo("GET /threads"));
    }

    @Test
    void noQueryOfAnEndpointIsTold() throws Exception {
        String trace = get("/elsewhere").body();

        assertThat(trace(trace, 3))
                .allSatisfy(span -> assertThat(span.toString()).doesNotContain("4321"));
    }

    @Test
    void parallelBranchesAreChildrenOfTheirRequest() throws Exception {
        String trace = get("/parallel").body();

        List<SpanData> spans = trace(trace, 4);
        SpanData http = only(spans, SpanKind.SERVER, "GET /parallel");
        assertThat(spans.stream().filter(span -> span.getKind() == SpanKind.PRODUCER))
                .hasSize(2)
                .allSatisfy(span -> assertThat(span.getParentSpanId()).isEqualTo(http.getSpanId()));
    }

    @Test
    void concurrentRequestsDoNotMix() throws Exception {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String path = i % 2 == 0 ? "/synchronous" : "/asynchronous";
            answers.add(client.sendAsync(request(path), HttpResponse.BodyHandlers.ofString())
                    .thenApply(HttpResponse::body));
        }

        List<String> traces = answers.stream().map(CompletableFuture::join).toList();

        assertThat(traces).doesNotHaveDuplicates();
        await().until(() -> exporter.getFinishedSpanItems().size() >= 5 * traces.size());
        for (String trace : traces) {
            assertThat(trace(trace, 5))
                    .extracting(SpanData::getKind)
                    .containsExactlyInAnyOrder(
                            SpanKind.SERVER, SpanKind.CLIENT, SpanKind.SERVER, SpanKind.PRODUCER, SpanKind.CONSUMER);
        }
    }

    @Test
    void aHandledFailureIsToldWithoutWhatItQuotes() throws Exception {
        HttpResponse<String> response = get("/failing");

        assertThat(response.statusCode()).isEqualTo(503);
        SpanData span = trace(response.body(), 1).get(0);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getAttributes().get(stringKey("error.type"))).isEqualTo("503");
        assertThat(span.getEvents()).singleElement().satisfies(event -> {
            assertThat(event.getName()).isEqualTo("exception");
            assertThat(event.getAttributes().get(stringKey("exception.type")))
                    .isEqualTo(IllegalStateException.class.getName());
            assertThat(event.getAttributes().get(stringKey("exception.stacktrace")))
                    .contains("\tat ");
        });
        assertThat(span.toString()).doesNotContain("secret");
    }

    @Test
    void aFailureIsRecordedWhereItHappenedAndMarksWhatIsAboveIt() throws Exception {
        assertThat(get("/unreachable").statusCode()).isEqualTo(500);

        await().until(() -> exporter.getFinishedSpanItems().size() == 2);
        List<SpanData> spans = exporter.getFinishedSpanItems();
        SpanData call = only(spans, SpanKind.CLIENT, "checkout.Checkout/DoCheckout");
        SpanData http = only(spans, SpanKind.SERVER, "GET /unreachable");
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(call.getAttributes().get(stringKey("rpc.response.status_code")))
                .isEqualTo("UNAVAILABLE");
        assertThat(call.getAttributes().get(stringKey("error.type"))).isEqualTo("UNAVAILABLE");
        assertThat(call.getEvents()).singleElement().satisfies(event -> assertThat(event.getName())
                .isEqualTo("exception"));
        assertThat(http.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(http.getAttributes().get(longKey("http.response.status_code")))
                .isEqualTo(500);
        assertThat(http.getEvents()).isEmpty();
    }

    @Test
    void aFailureThatNothingHandlesIsToldByTheStatusThatIsAnswered() throws Exception {
        assertThat(get("/not-handled").statusCode()).isEqualTo(500);

        await().until(() -> exporter.getFinishedSpanItems().size() == 1);
        SpanData http = exporter.getFinishedSpanItems().get(0);
        assertThat(http.getAttributes().get(longKey("http.response.status_code")))
                .isEqualTo(500);
        assertThat(http.getAttributes().get(stringKey("error.type"))).isEqualTo("500");
        assertThat(http.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void anExchangeThatAProgramSendsIsAChildOfTheProgramsSpan() {
        Span span = tracer.spanBuilder("program").startSpan();
        try (Scope ignored = span.makeCurrent()) {
            producer.sendBody("direct:publish", "placed");
        } finally {
            span.end();
        }

        List<SpanData> spans = trace(span.getSpanContext().getTraceId(), 3);
        assertThat(only(spans, SpanKind.PRODUCER, "publish orders:placed").getParentSpanId())
                .isEqualTo(span.getSpanContext().getSpanId());
        assertThat(Context.current()).isSameAs(Context.root());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "direct:asynchronous-call",
                "grpc:localhost:{{test.grpc.port}}/checkout.Checkout?method=DoCheckout",
                "grpc:localhost:{{test.grpc.port}}/checkout.Checkout?method=DoCheckout&synchronous=true"
            })
    void nothingStaysCurrentWhereAProgramSends(String endpoint) {
        for (int time = 0; time < 2; time++) {
            producer.requestBody(
                    endpoint, CheckoutRequest.newBuilder().addItemsID(1).build());
            assertThat(Context.current()).isSameAs(Context.root());
        }
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return client.send(request(path, headers), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    private List<SpanData> trace(String id, int size) {
        Predicate<SpanData> ofTrace = span -> span.getTraceId().equals(id);
        await().untilAsserted(() -> assertThat(
                        exporter.getFinishedSpanItems().stream().filter(ofTrace))
                .hasSize(size));
        return exporter.getFinishedSpanItems().stream().filter(ofTrace).toList();
    }

    private static SpanData only(List<SpanData> spans, SpanKind kind, String name) {
        assertThat(spans)
                .filteredOn(span -> span.getKind() == kind && span.getName().equals(name))
                .hasSize(1);
        return spans.stream()
                .filter(span -> span.getKind() == kind && span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> plain(Attributes attributes) {
        Map<String, Object> plain = new HashMap<>();
        attributes.asMap().forEach((AttributeKey<?> key, Object value) -> plain.put(key.getKey(), value));
        return plain;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
