package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.journey.test.RawHttp.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever anyone sends to the gateway is answered or closed: it fails nothing, holds up nothing, and tells nothing. */
@Tag("any-broker")
@ExtendWith(JourneyExtension.class)
class HttpFuzzIT {

    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 3_000);
    private static final int THREADS = 16;
    private static final String POST = "POST /api/checkout HTTP/1.1\r\nHost: x\r\n";
    private static final String OPTIONS = "OPTIONS * HTTP/1.1\r\nHost: x\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final Set<String> HEADERS = Set.of(
            "allow",
            "connection",
            "content-length",
            "content-type",
            "date",
            "retry-after",
            "transfer-encoding",
            "x-trace-id");

    private final Journey journey;
    private final Queue<String> traceIds = new ConcurrentLinkedQueue<>();

    HttpFuzzIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void whateverComesIsAnsweredOrClosed() throws Exception {
        long seed = Long.getLong("fuzz.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("To send the same again: -Dfuzz.seed=" + seed);
        RequestFuzzer fuzzer = new RequestFuzzer(seed);
        int linesBefore = journey.gateway().lines().size();

        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> exchanges = new ArrayList<>();
            for (int number = 0; number < REQUESTS; number++) {
                byte[] request = fuzzer.next();
                String name = "request " + number + " of seed " + seed;
                exchanges.add(executor.submit(() -> exchange(name, request)));
            }
            for (Future<?> exchange : exchanges) {
                exchange.get();
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(traceIds).as("answers that name a trace").hasSizeGreaterThan(REQUESTS / 2);
        assertEveryTraceExists();
        assertNothingIsTold(linesBefore);
        assertNoThreadIsLeft();
        assertThat(journey.client().checkout().statusCode()).isEqualTo(202);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        "a method that the server knows itself", "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", 405),
                Arguments.of(
                        "what a browser asks before a request from elsewhere",
                        "OPTIONS /api/checkout HTTP/1.1\r\nHost: x\r\nOrigin: http://y\r\n"
                                + "Access-Control-Request-Method: POST\r\n\r\n",
                        405),
                Arguments.of("another version", "POST /api/checkout HTTP/1.2\r\nHost: x\r\n\r\n", 400),
                Arguments.of(
                        "another transfer encoding", POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
                Arguments.of("two lengths", POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", 400),
                Arguments.of("a length that is none", POST + "Content-Length: -1\r\n\r\n", 400),
                Arguments.of("no host", "POST /api/checkout HTTP/1.1\r\n\r\n", 400),
                Arguments.of("too large a header", POST + "X: " + "x".repeat(9_000) + "\r\n\r\n", 400),
                Arguments.of("too many headers", POST + "x:y\r\n".repeat(1_000) + "\r\n", 400),
                Arguments.of("a path that cannot be", "POST /a\\b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
                Arguments.of(
                        "a form that is none, with another method",
                        "PUT /api/checkout HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                + "Content-Length: 5\r\n\r\na=%zz",
                        405),
                Arguments.of("a chunk that is none", chunked("zz\r\nabc\r\n"), 400),
                Arguments.of(
                        "a chunk with a long extension",
                        chunked("2;" + "x".repeat(9_000) + "\r\n{}\r\n0\r\n\r\n"),
                        400),
                Arguments.of("a chunk larger than can be", chunked("ffffffffffffffff\r\n{}\r\n"), 400),
                Arguments.of("a body that breaks off", POST + JSON + "Content-Length: 100\r\n\r\n{\"itemsID\"", 400),
                Arguments.of("chunks that break off", chunked("5\r\n{\"ite\r\n"), 400),
                Arguments.of("what is not UTF-8", POST + JSON + "Content-Length: 3\r\n\r\n\"\u00ff\"", 400),
                Arguments.of(
                        "another charset", POST + JSON + "Content-Length: 8\r\n\r\n\u00ff\u00fe{\u0000}\u0000", 400),
                Arguments.of(
                        "a body that is not compressed as it says",
                        POST + JSON + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\n{",
                        400),
                Arguments.of(
                        "a charset that there is not, and not JSON",
                        POST + "Content-Type: application/json; charset=nonsense\r\nContent-Length: 1\r\n\r\n{",
                        400),
                Arguments.of("an expectation", POST + "Expect: everything\r\n\r\n", 417),
                // The server answers OPTIONS * itself.
                Arguments.of("the server's options, expectantly", OPTIONS + "Expect: everything\r\n\r\n", 417),
                Arguments.of(
                        "the server's options, transferred otherwise",
                        OPTIONS + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
                        400),
                Arguments.of(
                        "the server's options in another version",
                        "OPTIONS *?x=y HTTP/9\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
                        400));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatCannotBeServedIsAProblem(String name, String request, int status) throws Exception {
        List<Answer> answers = RawHttp.exchange(journey.client().port(), bytes(request));

        assertThat(answers).extracting(Answer::status).containsExactly(status);
        check(answers.get(0));
        assertThat(answers.get(0).header("X-Trace-Id")).isNotEmpty();
        assertEveryTraceExists();
    }

    @Test
    void whatFollowsAHeadHasABodyInItsAnswer() throws Exception {
        List<Answer> answers = RawHttp.exchange(
                journey.client().port(), bytes("HEAD /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n{}"));

        assertThat(answers).extracting(Answer::status).containsExactly(404, 400);
        for (Answer answer : answers) {
            check(answer);
        }
    }

    static Stream<Arguments> steering() {
        return Stream.of(
                Arguments.of(
                        "a parameter for a header",
                        "POST /api/checkout?Content-Type=text/plain HTTP/1.1\r\nHost: x\r\n"),
                Arguments.of("a parameter that is none", "POST /api/checkout?%zz=% HTTP/1.1\r\nHost: x\r\n"),
                Arguments.of("many languages", POST + "Accept-Language: " + "de,".repeat(1_000) + "\r\n"),
                Arguments.of("a request from elsewhere", POST + "Origin: http://y\r\n"),
                Arguments.of("another protocol", POST + "Upgrade: h2c\r\nConnection: Upgrade\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("steering")
    void whatTheRoutesDoNotAskForChangesNothing(String name, String head) throws Exception {
        List<Answer> answers = RawHttp.exchange(
                journey.client().port(), bytes(head + JSON + "Content-Length: 15\r\n\r\n{\"itemsID\":[1]}"));

        assertThat(answers).extracting(Answer::status).containsExactly(202);
        check(answers.get(0));
    }

    @Test
    void aParameterIsNoTraceContext() throws Exception {
        TraceParent parent = TraceParent.sampledOne();

        List<Answer> answers = RawHttp.exchange(
                journey.client().port(),
                bytes("POST /api/checkout?traceparent=" + parent + " HTTP/1.1\r\nHost: x\r\n\r\n"));

        assertThat(answers).extracting(Answer::status).containsExactly(202);
        assertThat(answers.get(0).header("X-Trace-Id")).isNotEqualTo(parent.traceId());
    }

    @Test
    void whatTheServerRefusesContinuesTheCallersTrace() throws Exception {
        TraceParent parent = TraceParent.sampledOne();

        List<Answer> answers = RawHttp.exchange(
                journey.client().port(), bytes("TRACE /x HTTP/1.1\r\nHost: x\r\ntraceparent: " + parent + "\r\n\r\n"));

        assertThat(answers).extracting(Answer::status).containsExactly(405);
        assertThat(answers.get(0).header("X-Trace-Id")).isEqualTo(parent.traceId());
        Trace trace = journey.spans().awaitTrace(parent.traceId(), 1);
        assertThat(trace.spans().get(0).parentId()).isEqualTo(parent.spanId());
    }

    static Stream<Arguments> notHttp() {
        return Stream.of(
                Arguments.of("a TLS hello", "16030100c8010000c40303" + "00".repeat(60)),
                Arguments.of("zeroes", "00".repeat(100)),
                Arguments.of("an AMQP header", "414d515000000901"),
                Arguments.of("HTTP 0.9", HexFormat.of().formatHex(bytes("GET /api/checkout\r\n"))),
                // After one of HTTP 0.9: a server that uses its buffers again must not take it for that.
                Arguments.of("noise", "80ff".repeat(200)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notHttp")
    void whatIsNotHttpIsABareBadRequest(String name, String hex) throws Exception {
        List<Answer> answers =
                RawHttp.exchange(journey.client().port(), HexFormat.of().parseHex(hex));

        assertThat(answers).singleElement().satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.headers())
                    .doesNotContainKey("Content-Type")
                    .containsEntry("Connection", List.of("close"));
            assertThat(answer.body()).isEmpty();
        });
    }

    @Test
    void aSlowClientIsGivenUp() throws Exception {
        ScheduledExecutorService dripping = Executors.newSingleThreadScheduledExecutor();
        try (Socket silent = RawHttp.open(journey.client().port());
                Socket halfHead = RawHttp.open(journey.client().port());
                Socket halfBody = RawHttp.open(journey.client().port());
                Socket slowBody = RawHttp.open(journey.client().port());
                Socket endless = RawHttp.open(journey.client().port())) {
            halfHead.getOutputStream().write(bytes(POST));
            halfBody.getOutputStream().write(bytes(POST + JSON + "Content-Length: 100\r\n\r\n{"));
            slowBody.getOutputStream().write(bytes(POST + JSON + "Content-Length: 60000\r\n\r\n"));
            endless.getOutputStream().write(bytes(POST + JSON + "Transfer-Encoding: chunked\r\n\r\n"));
            drip(dripping, slowBody.getOutputStream(), " ", 100);
            drip(dripping, endless.getOutputStream(), "1000\r\n" + " ".repeat(0x1000) + "\r\n", 5);

            assertThat(journey.client().checkout().statusCode()).isEqualTo(202);
            assertThat(RawHttp.answers(silent.getInputStream(), false)).isEmpty();
            assertThat(RawHttp.answers(halfHead.getInputStream(), false)).isEmpty();
            assertGivenUp(halfBody, 408);
            assertGivenUp(slowBody, 408);
            assertGivenUp(endless, 413);
        } finally {
            dripping.shutdownNow();
        }
        assertEveryTraceExists();
        assertNoThreadIsLeft();
    }

    private void assertGivenUp(Socket socket, int status) throws IOException {
        List<Answer> answers = RawHttp.answers(socket.getInputStream(), false);
        assertThat(answers).extracting(Answer::status).containsExactly(status);
        check(answers.get(0));
    }

    private static void drip(ScheduledExecutorService executor, OutputStream output, String text, int milliseconds) {
        executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        output.write(bytes(text));
                    } catch (IOException closed) {
                        // As it should be.
                        throw new IllegalStateException(closed);
                    }
                },
                0,
                milliseconds,
                TimeUnit.MILLISECONDS);
    }

    private void exchange(String name, byte[] request) {
        String text = new String(request, StandardCharsets.ISO_8859_1);
        try {
            for (Answer answer : RawHttp.exchange(journey.client().port(), request)) {
                check(answer);
            }
        } catch (IOException | RuntimeException | AssertionError failure) {
            fail(name + ": " + text.substring(0, Math.min(text.length(), 600)), failure);
        }
    }

    private void check(Answer answer) throws IOException {
        assertThat(answer.toString()).doesNotContain(RequestFuzzer.SECRET);
        if (answer.headers().containsKey("Content-Security-Policy")) {
            // A file of the page, which takes no part in the journey.
            assertThat(answer.status()).isIn(200, 206, 304, 412, 416);
            assertThat(answer.headers()).doesNotContainKey("X-Trace-Id");
            return;
        }
        String traceId = answer.header("X-Trace-Id");
        assertThat(answer.headers().keySet()).allMatch(name -> HEADERS.contains(name.toLowerCase()));
        if (answer.status() == 200) {
            // The server's own answer to OPTIONS *.
            assertThat(answer.header("Allow")).isNotEmpty();
            assertThat(answer.body()).isEmpty();
        } else if (answer.status() == 202) {
            assertThat(answer.body()).isEmpty();
            assertThat(traceId).matches("[0-9a-f]{32}");
        } else if (answer.status() == 400 && traceId.isEmpty()) {
            assertThat(answer.headers())
                    .doesNotContainKey("Content-Type")
                    .containsEntry("Connection", List.of("close"));
            assertThat(answer.body()).isEmpty();
        } else {
            assertThat(answer.status()).isIn(400, 404, 405, 408, 413, 415, 417, 422);
            ProblemExpectation.assertProblem(answer);
        }
        if (!traceId.isEmpty()) {
            traceIds.add(traceId);
        }
    }

    private void assertEveryTraceExists() {
        await("the traces that were named").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(traceIds)
                .filteredOn(id -> journey.spans().trace(id).spans().isEmpty())
                .isEmpty());
    }

    private void assertNothingIsTold(int linesBefore) {
        assertThat(journey.gateway().lines().stream().skip(linesBefore))
                .noneMatch(line -> line.text().contains(RequestFuzzer.SECRET))
                .noneMatch(line -> line.text().startsWith("\tat "));
        assertThat(journey.spans().spans())
                .noneMatch(span -> span.attributes().toString().contains(RequestFuzzer.SECRET))
                .noneMatch(span -> span.exceptions().toString().contains(RequestFuzzer.SECRET));
    }

    private void assertNoThreadIsLeft() {
        await("no thread that still works on a request")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(journey.gateway().threads())
                        .doesNotContain("SpringBootPlatformHttpConsumer")
                        .doesNotContain("dev.journey.gateway"));
    }

    private static String chunked(String chunks) {
        return POST + JSON + "Transfer-Encoding: chunked\r\n\r\n" + chunks;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
