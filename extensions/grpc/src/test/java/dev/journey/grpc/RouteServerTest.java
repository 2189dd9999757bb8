package dev.journey.grpc;

import static dev.journey.grpc.Service.REQUEST;
import static dev.journey.grpc.Service.RESPONSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import checkout.CheckoutGrpc;
import checkout.CheckoutRequest;
import checkout.CheckoutResponse;
import checkout.GetStatusRequest;
import checkout.GetStatusResponse;
import checkout.StatusGrpc;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.RouteController;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.test.util.TestSocketUtils;

/** A route's server as clients see it: its health, its limits, what it makes of nonsense, and how it stops. */
@Timeout(60)
class RouteServerTest {

    private static final String SERVICE = "checkout.Checkout";

    private final int port = TestSocketUtils.findAvailableTcpPort();
    private final AtomicInteger inProgress = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Processor answering = exchange -> exchange.getMessage().setBody(RESPONSE);
    private final Processor blocking = exchange -> {
        inProgress.incrementAndGet();
        release.await();
        exchange.getMessage().setBody(RESPONSE);
        inProgress.decrementAndGet();
    };
    private final List<ManagedChannel> channels = new ArrayList<>();
    private Service service;

    @AfterEach
    void end() {
        release.countDown();
        channels.forEach(ManagedChannel::shutdownNow);
        if (service != null) {
            service.close();
        }
    }

    @Test
    void healthFollowsTheRouteAndTheReadiness() throws Exception {
        start(answering);
        ManagedChannel channel = channel();
        assertThat(health(channel, "")).isEqualTo(ServingStatus.SERVING);
        assertThat(health(channel, SERVICE)).isEqualTo(ServingStatus.SERVING);
        assertThat(statusOf(() -> health(channel, "checkout.Other")).getCode()).isEqualTo(Status.Code.NOT_FOUND);

        AvailabilityChangeEvent.publish(service.spring(), ReadinessState.REFUSING_TRAFFIC);
        assertThat(health(channel, "")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(health(channel, SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
        AvailabilityChangeEvent.publish(service.spring(), ReadinessState.ACCEPTING_TRAFFIC);
        assertThat(health(channel, SERVICE)).isEqualTo(ServingStatus.SERVING);

        service.camel().getRouteController().stopRoute("served");
        assertThat(statusOf(() -> health(channel, SERVICE)).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        service.camel().getRouteController().startRoute("served");
        assertThat(health(channel(), SERVICE)).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void aWatchIsToldOfTheStopAndDoesNotHoldItUp() throws Exception {
        start(answering, "journey.grpc.server.shutdown-grace=50s");
        Queue<ServingStatus> seen = new ConcurrentLinkedQueue<>();
        CountDownLatch ended = new CountDownLatch(1);
        HealthGrpc.newStub(channel())
                .watch(
                        HealthCheckRequest.newBuilder().setService(SERVICE).build(),
                        observer(response -> seen.add(response.getStatus()), ended));
        await().until(() -> seen.contains(ServingStatus.SERVING));

        service.camel().getRouteController().stopRoute("served");

        assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING);
    }

    @Test
    void aServiceThatIsABeanIsServedBesideTheRoute() throws Exception {
        start(answering);

        assertThat(StatusGrpc.newBlockingStub(channel()).getStatus(GetStatusRequest.getDefaultInstance()))
                .isEqualTo(GetStatusResponse.getDefaultInstance());
    }

    @Test
    void reflectionNamesTheServices() throws Exception {
        start(answering);
        assertThat(services())
                .containsExactlyInAnyOrder(
                        SERVICE, "checkout.Status", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection");
    }

    @Test
    void reflectionCanBeSwitchedOff() throws Exception {
        start(answering, "journey.grpc.server.reflection=false");
        assertThat(services()).isEmpty();
        assertThat(stub(channel()).doCheckout(REQUEST)).isEqualTo(RESPONSE);
    }

    @Test
    void aStopLetsTheCallsInHandFinish() throws Exception {
        start(blocking);
        ManagedChannel channel = channel();
        List<ListenableFuture<CheckoutResponse>> calls = IntStream.range(0, 20)
                .mapToObj(call -> CheckoutGrpc.newFutureStub(channel).doCheckout(REQUEST))
                .toList();
        await().until(() -> inProgress.get() == 20);

        Thread stop = new Thread(() -> service.close());
        stop.start();
        await().until(() -> statusOf(() -> stub(channel()).doCheckout(REQUEST)).getCode() == Status.Code.UNAVAILABLE);
        assertThat(calls).noneMatch(Future::isDone);
        release.countDown();

        for (Future<CheckoutResponse> call : calls) {
            assertThat(call.get(5, TimeUnit.SECONDS)).isEqualTo(RESPONSE);
        }
        stop.join();
    }

    @Test
    void aStopIsBounded() throws Exception {
        start(blocking, "journey.grpc.server.shutdown-grace=200ms", "camel.main.shutdown-timeout=1");
        Future<CheckoutResponse> call = CheckoutGrpc.newFutureStub(channel()).doCheckout(REQUEST);
        await().until(() -> inProgress.get() == 1);

        service.close();

        assertThat(call).failsWithin(java.time.Duration.ofSeconds(5)).withThrowableOfType(ExecutionException.class);
    }

    @Test
    void aCallThatComesWhileTheRouteIsSuspendedWaitsForIt() throws Exception {
        start(blocking, "journey.grpc.server.shutdown-grace=50s");
        Future<CheckoutResponse> inHand = CheckoutGrpc.newFutureStub(channel()).doCheckout(REQUEST);
        await().until(() -> inProgress.get() == 1);

        ServiceHelper.suspendService(service.camel().getRoute("served").getConsumer());
        ManagedChannel channel = channel();
        Future<CheckoutResponse> waiting = CheckoutGrpc.newFutureStub(channel).doCheckout(REQUEST);
        await().until(() -> channel.getState(false) == ConnectivityState.CONNECTING);
        release.countDown();
        assertThat(inHand.get(5, TimeUnit.SECONDS)).isEqualTo(RESPONSE);
        assertThat(waiting).isNotDone();

        ServiceHelper.resumeService(service.camel().getRoute("served").getConsumer());
        assertThat(waiting.get(5, TimeUnit.SECONDS)).isEqualTo(RESPONSE);
    }

    @Test
    void anotherRouteTakesTheAddressOfASuspendedOne() throws Exception {
        start(answering);
        service.camel().getRouteController().suspendRoute("served");
        service.camel()
                .addRoutes(route("other", "grpc://localhost:" + port + "/checkout.Checkout?maxMessageSize=1000"));
        assertThat(stub(channel()).doCheckout(REQUEST)).isEqualTo(RESPONSE);

        service.camel().getRouteController().stopRoute("served");
        assertThat(stub(channel()).doCheckout(REQUEST)).isEqualTo(RESPONSE);
        service.camel().getRouteController().stopRoute("other");
        new ServerSocket(port, 1, InetAddress.getByName("localhost")).close();
    }

    @Test
    void theAddressOfARouteThatRunsIsTaken() {
        start(answering);
        assertThatThrownBy(() -> service.camel()
                        .addRoutes(route("other", "grpc://localhost:" + port + "/checkout.Checkout?maxMessageSize=1")))
                .rootCause()
                .hasMessageContaining("in use");
        assertThat(stub(channel()).doCheckout(REQUEST)).isEqualTo(RESPONSE);
    }

    @Test
    void thePortOfASuspendedRouteIsFreeForAnotherHost() throws Exception {
        start(answering);
        RouteController routes = service.camel().getRouteController();
        routes.suspendRoute("served");
        service.camel().addRoutes(route("other", "grpc://0.0.0.0:" + port + "/checkout.Checkout"));
        for (int attempt = 0; attempt < 300; attempt++) {
            routes.suspendRoute("other");
            routes.resumeRoute("served");
            routes.suspendRoute("served");
            routes.resumeRoute("other");
        }
        assertThat(stub(channel()).doCheckout(REQUEST)).isEqualTo(RESPONSE);
    }

    @Test
    void thePortOfAStoppedRouteIsFreeAtOnce() throws Exception {
        start(answering);
        RouteController routes = service.camel().getRouteController();
        for (int attempt = 0; attempt < 300; attempt++) {
            routes.stopRoute("served");
            new ServerSocket(port, 1, InetAddress.getByName("localhost")).close();
            routes.startRoute("served");
        }
        assertThat(stub(channel()).doCheckout(REQUEST)).isEqualTo(RESPONSE);
    }

    @Test
    void moreCallsThanTheLimitAreRefusedAtOnce() throws Exception {
        start(blocking, "journey.grpc.server.max-calls=3");
        ManagedChannel channel = channel();
        List<ListenableFuture<CheckoutResponse>> calls = IntStream.range(0, 3)
                .mapToObj(call -> CheckoutGrpc.newFutureStub(channel).doCheckout(REQUEST))
                .toList();
        await().until(() -> inProgress.get() == 3);

        Status refusal = statusOf(() -> stub(channel).doCheckout(REQUEST));
        assertThat(refusal.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal.getDescription()).isEqualTo("too many calls in progress");
        assertThat(health(channel, SERVICE)).isEqualTo(ServingStatus.SERVING);

        release.countDown();
        for (Future<CheckoutResponse> call : calls) {
            call.get(5, TimeUnit.SECONDS);
        }
        await().until(() -> statusOf(() -> stub(channel).doCheckout(REQUEST)).isOk());
    }

    @Test
    void aCancelledCallCountsUntilItsRouteIsThrough() throws Exception {
        start(blocking, "journey.grpc.server.max-calls=1");
        ManagedChannel channel = channel();
        Future<CheckoutResponse> call = CheckoutGrpc.newFutureStub(channel).doCheckout(REQUEST);
        await().until(() -> inProgress.get() == 1);
        call.cancel(true);

        // An answer on the same connection: the server has seen the cancellation by then.
        health(channel, SERVICE);
        assertThat(statusOf(() -> stub(channel).doCheckout(REQUEST)).getCode()).isEqualTo(Status.Code.UNAVAILABLE);

        release.countDown();
        await().until(() -> inProgress.get() == 0);
        await().until(() -> statusOf(() -> stub(channel).doCheckout(REQUEST)).isOk());
        assertThat(service.camel().getInflightRepository().size()).isZero();
    }

    @Test
    void aMessageOverTheLimitIsRefused() throws Exception {
        start(answering, "journey.grpc.server.max-message-size=1KB");
        CheckoutRequest large = CheckoutRequest.newBuilder()
                .addAllItemsID(IntStream.range(0, 2000).boxed().toList())
                .build();

        assertThat(statusOf(() -> stub(channel()).doCheckout(large)).getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(stub(channel()).doCheckout(REQUEST)).isEqualTo(RESPONSE);
    }

    @Test
    void moreMetadataThanTheLimitIsRefused() throws Exception {
        start(answering);
        ManagedChannel channel = channel();

        assertThat(statusOf(() -> stub(channel, "filler", "x".repeat(10_000)).doCheckout(REQUEST))
                        .isOk())
                .isFalse();
        assertThat(stub(channel).doCheckout(REQUEST)).isEqualTo(RESPONSE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"camelgrpcmethodname", "camelfilename", "camel-http-uri", "org.apache.camel.foo", "breadcrumbid"
            })
    void metadataIsNoHeader(String key) throws Exception {
        Queue<Map<String, Object>> seen = new ConcurrentLinkedQueue<>();
        start(exchange -> {
            seen.add(Map.copyOf(withoutNulls(exchange)));
            exchange.getMessage().setBody(RESPONSE);
        });

        stub(channel(), key, "MARKER").doCheckout(REQUEST);

        assertThat(seen).singleElement().satisfies(headers -> {
            assertThat(headers).containsOnlyKeys("CamelGrpcUserAgent", "Content-Type", "CamelGrpcMethodName");
            assertThat(headers.toString()).doesNotContain("MARKER");
        });
    }

    @Test
    void nonsenseIsAnsweredOrCutOffAndHarmsNobody() throws Exception {
        start(answering, "journey.grpc.server.handshake-timeout=500ms");
        ManagedChannel channel = channel();
        assertThat(stub(channel).doCheckout(REQUEST)).isEqualTo(RESPONSE);
        String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
        List<byte[]> nonsense = List.of(
                new byte[0],
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                new byte[] {22, 3, 1, 0, 5, 1, 0, 0, 1, 3},
                bytes(preface, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1}),
                bytes(preface, settings, new byte[] {0, 0, 5, 1, 4, 0, 0, 0, 1, -1, -1, -1, -1, -1}),
                bytes(preface, settings, new byte[] {0, 0, 1, 0, 0, 0, 0, 0, 7, 0}),
                bytes(preface, settings, new byte[] {0, 0, 0, 1, 4, 0, 0, 0, 2}));
        for (byte[] input : nonsense) {
            try (Socket socket = new Socket("localhost", port)) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(input);
                String answer = readToEnd(socket.getInputStream());
                assertThat(answer).doesNotContainPattern("(?i)exception|\\.java|dev\\.journey|localhost");
            }
        }
        assertThat(stub(channel).doCheckout(REQUEST)).isEqualTo(RESPONSE);
    }

    @Test
    void thousandsOfCallsAndCancellationsLeaveNothingBehind() throws Exception {
        start(answering, "journey.grpc.server.max-calls=8");
        ManagedChannel channel = channel();
        CountDownLatch ended = new CountDownLatch(5000);
        Queue<Status.Code> codes = new ConcurrentLinkedQueue<>();
        for (int call = 0; call < 5000; call++) {
            ListenableFuture<CheckoutResponse> future =
                    CheckoutGrpc.newFutureStub(channel).doCheckout(REQUEST);
            future.addListener(
                    () -> {
                        try {
                            future.get();
                            codes.add(Status.Code.OK);
                        } catch (Exception failure) {
                            codes.add(Status.fromThrowable(failure).getCode());
                        }
                        ended.countDown();
                    },
                    Runnable::run);
            if (call % 3 == 0) {
                future.cancel(true);
            }
        }

        assertThat(ended.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(codes)
                .contains(Status.Code.OK)
                .isSubsetOf(Status.Code.OK, Status.Code.UNAVAILABLE, Status.Code.UNKNOWN, Status.Code.CANCELLED);
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("grpc-server-")))
                .hasSizeLessThan(40);
        // Each of the places is free again.
        List<ListenableFuture<CheckoutResponse>> calls = IntStream.range(0, 8)
                .mapToObj(call -> CheckoutGrpc.newFutureStub(channel).doCheckout(REQUEST))
                .toList();
        for (Future<CheckoutResponse> call : calls) {
            assertThat(call.get(5, TimeUnit.SECONDS)).isEqualTo(RESPONSE);
        }
        await().until(() -> service.camel().getInflightRepository().size() == 0);
    }

    private void start(Processor behaviour, String... properties) {
        service = new Service(port, port, behaviour, properties);
    }

    private RouteBuilder route(String id, String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId(id).process(answering);
            }
        };
    }

    private ManagedChannel channel() {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
        channels.add(channel);
        return channel;
    }

    private static CheckoutGrpc.CheckoutBlockingStub stub(ManagedChannel channel, String... metadata) {
        Metadata headers = new Metadata();
        if (metadata.length > 0) {
            headers.put(Metadata.Key.of(metadata[0], Metadata.ASCII_STRING_MARSHALLER), metadata[1]);
        }
        return CheckoutGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private static ServingStatus health(ManagedChannel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private List<String> services() throws InterruptedException {
        Queue<String> names = new ConcurrentLinkedQueue<>();
        CountDownLatch ended = new CountDownLatch(1);
        StreamObserver<ServerReflectionRequest> requests = ServerReflectionGrpc.newStub(channel())
                .serverReflectionInfo(observer(
                        (ServerReflectionResponse response) -> response.getListServicesResponse()
                                .getServiceList()
                                .forEach(found -> names.add(found.getName())),
                        ended));
        requests.onNext(
                ServerReflectionRequest.newBuilder().setListServices("*").build());
        requests.onCompleted();
        assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
        return List.copyOf(names);
    }

    private static <T> StreamObserver<T> observer(java.util.function.Consumer<T> received, CountDownLatch ended) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T message) {
                received.accept(message);
            }

            @Override
            public void onError(Throwable failure) {
                ended.countDown();
            }

            @Override
            public void onCompleted() {
                ended.countDown();
            }
        };
    }

    private static Status statusOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        return failure == null ? Status.OK : failure.getStatus();
    }

    private static Map<String, Object> withoutNulls(Exchange exchange) {
        Map<String, Object> headers =
                new java.util.HashMap<>(exchange.getMessage().getHeaders());
        headers.values().removeIf(java.util.Objects::isNull);
        return headers;
    }

    private static byte[] bytes(String text, byte[]... frames) throws java.io.IOException {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        all.write(text.getBytes(StandardCharsets.US_ASCII));
        for (byte[] frame : frames) {
            all.write(frame);
        }
        return all.toByteArray();
    }

    private static String readToEnd(InputStream input) throws java.io.IOException {
        try {
            return new String(input.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (java.net.SocketException reset) {
            return "";
        }
    }
}
