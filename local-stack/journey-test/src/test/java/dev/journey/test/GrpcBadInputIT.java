package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import checkout.CheckoutGrpc;
import checkout.CheckoutRequest;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What nobody should send to the checkout service: the status that it gets, and what is left of it. */
@Tag("any-broker")
@ExtendWith(JourneyExtension.class)
class GrpcBadInputIT {

    private static final String STATUS = "grpc-status";
    private static final Pattern INTERNALS = Pattern.compile(
            "java|exception|checkout\\.C|camel|spring|127\\.0\\.0\\.1|\\bat ", Pattern.CASE_INSENSITIVE);
    /** {@code journey.grpc.server.max-calls}: so many threads may be left for the next. */
    private static final int MOST_CALLS = 256;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Journey journey;

    GrpcBadInputIT(Journey journey) {
        this.journey = journey;
    }

    static Stream<Arguments> badInput() {
        return Stream.of(
                bad("a field that is not whole", Map.of(), message(10, 100, 1), Status.Code.INTERNAL),
                bad("a wire type that there is not", Map.of(), message(15), Status.Code.INTERNAL),
                bad("a number that does not end", Map.of(), message(8, 255, 255), Status.Code.INTERNAL),
                bad("a group that nobody opened", Map.of(), message(12), Status.Code.INTERNAL),
                bad("a text for the number", Map.of(), message(10, 3, 'a', 'b', 255), Status.Code.INTERNAL),
                bad("no message", Map.of(), new byte[0], Status.Code.INTERNAL),
                bad("two messages", Map.of(), join(message(8, 1), message(8, 1)), Status.Code.INTERNAL),
                bad("a message that is not whole", Map.of(), new byte[] {0, 0, 0, 0, 9, 8}, Status.Code.INTERNAL),
                bad("reserved flags", Map.of(), new byte[] {6, 0, 0, 0, 2, 8, 1}, Status.Code.INTERNAL),
                bad("compressed by nothing", Map.of(), new byte[] {1, 0, 0, 0, 2, 8, 1}, Status.Code.INTERNAL),
                bad(
                        "compressed by gzip, and it is not",
                        Map.of("grpc-encoding", "gzip"),
                        new byte[] {1, 0, 0, 0, 2, 8, 1},
                        Status.Code.UNKNOWN),
                bad(
                        "an unknown compression",
                        Map.of("grpc-encoding", "nothing-known"),
                        message(8, 1),
                        Status.Code.UNIMPLEMENTED),
                bad(
                        "a message over the limit",
                        Map.of(),
                        new byte[] {0, 0, 1, 0, 1, 8, 1},
                        Status.Code.RESOURCE_EXHAUSTED),
                bad(
                        "a message of two gigabytes",
                        Map.of(),
                        new byte[] {0, 127, -1, -1, -1, 8, 1},
                        Status.Code.RESOURCE_EXHAUSTED),
                bad(
                        "another method",
                        Map.of(":path", "/checkout.Checkout/Other"),
                        message(8, 1),
                        Status.Code.UNIMPLEMENTED),
                bad("no service", Map.of(":path", "/"), message(8, 1), Status.Code.UNIMPLEMENTED),
                bad("no path", Map.of(":path", "checkout"), message(8, 1), Status.Code.UNIMPLEMENTED));
    }

    private static Arguments bad(String what, Map<String, String> headers, byte[] content, Status.Code code) {
        return Arguments.of(what, headers, content, code);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badInput")
    void badInputGetsItsStatus(String what, Map<String, String> headers, byte[] content, Status.Code code)
            throws Exception {
        try (RawGrpc client = new RawGrpc(journey.grpcPort())) {
            Map<String, String> answer = client.call(headers, content);

            assertThat(answer).containsEntry(STATUS, Integer.toString(code.value()));
            assertThat(answer.toString().replace("checkout.Checkout/Other", "")).doesNotContainPattern(INTERNALS);
            assertThat(client.call(Map.of(), message(8, 1))).containsEntry(STATUS, "0");
        }
    }

    @ParameterizedTest
    @MethodSource("noGrpc")
    void whatIsNotGrpcIsAnHttpError(Map<String, String> headers, int status) throws Exception {
        try (RawGrpc client = new RawGrpc(journey.grpcPort())) {
            Map<String, String> answer = client.call(headers, message(8, 1));

            assertThat(answer).containsEntry(":status", Integer.toString(status));
            assertThat(answer.toString()).doesNotContainPattern(INTERNALS);
        }
    }

    static Stream<Arguments> noGrpc() {
        return Stream.of(
                Arguments.of(Map.of("content-type", "text/html"), 415), Arguments.of(Map.of(":method", "GET"), 405));
    }

    @Test
    void thousandsOfStreamsLeaveNothingBehind() throws Exception {
        ManagedChannel channel = journey.openChannel();
        try {
            flood(channel);
            await("the end of all calls").atMost(LIMIT).untilAsserted(() -> assertThat(
                            live("io.grpc.internal.ServerCallImpl"))
                    .isZero());
            long chunks = live("io.netty.buffer.PoolChunk");

            flood(channel);
            flood(channel);

            await("the end of all calls").atMost(LIMIT).untilAsserted(() -> {
                assertThat(live("io.grpc.internal.ServerCallImpl")).isZero();
                assertThat(live("io.netty.handler.codec.http2.DefaultHttp2Connection$DefaultStream"))
                        .isLessThan(10);
            });
            // Netty's memory, most of it outside the heap.
            assertThat(live("io.netty.buffer.PoolChunk")).isLessThanOrEqualTo(chunks + 2);
            assertThat(threads()).isLessThan(MOST_CALLS + 64);
            assertThat(journey.checkout().lines()).noneMatch(line -> line.text().contains("LEAK:"));
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
        assertThat(journey.client().checkout().statusCode()).isEqualTo(202);
    }

    /** Calls that are refused, many of them cancelled by their caller, as many at once as the server takes. */
    private static void flood(ManagedChannel channel) throws InterruptedException {
        CheckoutRequest unknown = CheckoutRequest.newBuilder().addItemsID(99).build();
        ConcurrentMap<Status.Code, Integer> codes = new ConcurrentHashMap<>();
        CountDownLatch ended = new CountDownLatch(5000);
        List<ListenableFuture<?>> calls = new ArrayList<>();
        for (int number = 0; number < 5000; number++) {
            ListenableFuture<?> call = CheckoutGrpc.newFutureStub(channel).doCheckout(unknown);
            call.addListener(
                    () -> {
                        codes.merge(code(call), 1, Integer::sum);
                        ended.countDown();
                    },
                    Runnable::run);
            calls.add(call);
            if (number % 3 == 0) {
                calls.get(number / 2).cancel(true);
            }
        }
        assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(codes.keySet())
                .contains(Status.Code.NOT_FOUND, Status.Code.CANCELLED)
                .isSubsetOf(Status.Code.NOT_FOUND, Status.Code.CANCELLED, Status.Code.UNAVAILABLE);
    }

    private static Status.Code code(ListenableFuture<?> call) {
        if (call.isCancelled()) {
            return Status.Code.CANCELLED;
        }
        try {
            call.get();
            return Status.Code.OK;
        } catch (Exception failure) {
            return Status.fromThrowable(failure).getCode();
        }
    }

    private long live(String className) {
        return journey.checkout().liveInstances(className);
    }

    private long threads() {
        return journey.checkout()
                .threads()
                .lines()
                .filter(line -> line.startsWith("\""))
                .count();
    }

    /** A message as gRPC frames it. */
    private static byte[] message(int... content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0, 0, 0, 0, (byte) content.length});
        for (int each : content) {
            bytes.write(each);
        }
        return bytes.toByteArray();
    }

    private static byte[] join(byte[] one, byte[] other) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(one);
        bytes.writeBytes(other);
        return bytes.toByteArray();
    }
}
