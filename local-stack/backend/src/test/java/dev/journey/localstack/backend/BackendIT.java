package dev.journey.localstack.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import zipkin2.DependencyLink;
import zipkin2.Span;
import zipkin2.codec.DependencyLinkBytesDecoder;
import zipkin2.codec.SpanBytesDecoder;

/** The packaged backend and the Zipkin server packaged beside it, each in its own process. */
class BackendIT {

    private static final Path APPLICATION = Path.of("target", "app");
    private static final Duration STARTED = Duration.ofSeconds(60);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final List<Process> PROCESSES = new ArrayList<>();
    private static String zipkin;
    private static Backend backend;

    @BeforeAll
    static void start() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        zipkin = "http://127.0.0.1:" + port;
        ProcessBuilder server = java(APPLICATION.resolve("zipkin/zipkin-server.jar"));
        server.environment().put("QUERY_PORT", Integer.toString(port));
        PROCESSES.add(server.redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
        backend = Backend.start("--zipkin=" + zipkin);
        await().atMost(STARTED)
                .ignoreException(ConnectException.class)
                .until(() -> get("/health").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        PROCESSES.forEach(Process::destroyForcibly);
    }

    @Test
    void showsACheckoutAsOneTraceAndItsServicesAsAGraph() throws Exception {
        assertThat(backend.sendTrace()).isEqualTo(200);

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(trace()).hasSize(5));
        List<Span> spans = trace();
        assertThat(spans)
                .extracting(Span::id, Span::parentId, Span::kind, Span::localServiceName, Span::name)
                .containsExactlyInAnyOrder(
                        row(1, null, Span.Kind.SERVER, "gateway", "post /api/checkout"),
                        row(2, 1, Span.Kind.CLIENT, "gateway", "checkout.checkout/docheckout"),
                        row(3, 2, Span.Kind.SERVER, "checkout", "checkout.checkout/docheckout"),
                        row(4, 3, Span.Kind.PRODUCER, "checkout", "publish exchange:checkout.processed"),
                        row(5, 4, Span.Kind.CONSUMER, "stock", "process exchange:checkout.processed:stock-queue"));
        assertThat(span(spans, 1).tags())
                .isEqualTo(Map.of(
                        "http.response.status_code",
                        "202",
                        "service.version",
                        "1.2.3",
                        "service.instance.id",
                        "gateway-1"));
        assertThat(span(spans, 3).annotations()).singleElement().satisfies(annotation -> {
            assertThat(annotation.value()).isEqualTo("response: totalAmount: 1234");
            assertThat(annotation.timestamp()).isEqualTo(Traces.START_MICROSECONDS + 35);
        });

        byte[] links = get("/api/v2/dependencies?endTs=" + (System.currentTimeMillis() + 60_000))
                .body();
        assertThat(DependencyLinkBytesDecoder.JSON_V1.decodeList(links))
                .extracting(DependencyLink::parent, DependencyLink::child)
                .containsExactlyInAnyOrder(
                        tuple("gateway", "checkout"), tuple("checkout", "rabbitmq"), tuple("rabbitmq", "stock"));
    }

    @Test
    void endsWithItsStandardInputAndTakesTheNamedProcessesAlong() throws Exception {
        Backend first = Backend.start("--zipkin=" + zipkin);
        Backend second = Backend.start("--zipkin=" + zipkin);
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(first.amqpPort());
        factory.setAutomaticRecoveryEnabled(false);
        try (Connection connection = factory.newConnection()) {
            assertThat(connection.isOpen()).isTrue();
        }

        try (var input = first.process().getOutputStream()) {
            input.write(("not a number\n" + second.process().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(first.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(first.process().exitValue()).isZero();
        assertThat(second.process().isAlive()).isFalse();
    }

    @Test
    void saysWhyItDoesNotStart() throws Exception {
        Process taken = backend("--amqp-port=" + backend.amqpPort())
                .redirectErrorStream(true)
                .start();
        String output = new String(taken.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(taken.waitFor()).isEqualTo(1);
        assertThat(output).contains("cannot listen on 127.0.0.1:" + backend.amqpPort());

        Process unknown = backend("--colour=red").redirectErrorStream(true).start();
        assertThat(new String(unknown.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("--colour=red")
                .contains("--amqp-port=5672");
        assertThat(unknown.waitFor()).isEqualTo(2);
    }

    private static List<Span> trace() throws Exception {
        HttpResponse<byte[]> response = get("/api/v2/trace/" + Traces.TRACE_ID);
        return response.statusCode() == 200 ? SpanBytesDecoder.JSON_V2.decodeList(response.body()) : List.of();
    }

    private static Tuple row(int id, Integer parent, Span.Kind kind, String service, String name) {
        String parentId = parent == null ? null : "%016x".formatted(parent);
        return tuple("%016x".formatted(id), parentId, kind, service, name);
    }

    private static Span span(List<Span> spans, int id) {
        return spans.stream()
                .filter(span -> span.id().equals("%016x".formatted(id)))
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(URI.create(zipkin + path)).build(), BodyHandlers.ofByteArray());
    }

    private static ProcessBuilder backend(String... options) {
        ProcessBuilder backend = java(APPLICATION.resolve("local-backend.jar"));
        backend.command().addAll(List.of(options));
        return backend;
    }

    private static ProcessBuilder java(Path jar) {
        return new ProcessBuilder(new ArrayList<>(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        jar.toString())))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** A running backend on free ports. */
    private record Backend(Process process, int amqpPort, int otlpPort) {

        static Backend start(String zipkinOption) throws IOException {
            Process process =
                    backend("--amqp-port=0", "--otlp-port=0", zipkinOption).start();
            PROCESSES.add(process);
            BufferedReader reader = process.inputReader();
            Matcher ready = Pattern.compile("backend ready amqp=127.0.0.1:(\\d+) otlp=127.0.0.1:(\\d+) .*")
                    .matcher(reader.readLine());
            assertThat(ready.matches()).isTrue();
            return new Backend(process, Integer.parseInt(ready.group(1)), Integer.parseInt(ready.group(2)));
        }

        int sendTrace() throws IOException, InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + otlpPort + "/v1/traces"))
                    .header("Content-Type", "application/x-protobuf")
                    .POST(BodyPublishers.ofByteArray(Traces.checkout().toByteArray()))
                    .build();
            return CLIENT.send(request, BodyHandlers.discarding()).statusCode();
        }
    }
}
