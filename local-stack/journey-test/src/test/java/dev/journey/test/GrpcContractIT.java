package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import checkout.CheckoutGrpc;
import checkout.CheckoutRequest;
import checkout.CheckoutResponse;
import com.rabbitmq.client.Delivery;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checkout service as a gRPC client of any language sees it. */
@Tag("any-broker")
@ExtendWith(JourneyExtension.class)
class GrpcContractIT {

    private static final Pattern INTERNALS = Pattern.compile(
            "java|exception|\\borg\\.|\\bcom\\.|\\bdev\\.|\\bio\\.|camel|spring|amqp|localhost|127\\.0\\.0\\.1|:\\d{2,5}\\b|\\bat .*\\(|\\n",
            Pattern.CASE_INSENSITIVE);

    private final Journey journey;
    private ManagedChannel channel;

    GrpcContractIT(Journey journey) {
        this.journey = journey;
    }

    @BeforeEach
    void connect() {
        channel = journey.openChannel();
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void theDefaultBasketCosts1234() {
        assertThat(checkout(1, 2, 3, 4).getTotalAmount()).isEqualTo(1234);
    }

    @Test
    void theAmountIsTheSumOfTheItems() {
        int sum = IntStream.rangeClosed(1, 4)
                .map(item -> checkout(item).getTotalAmount())
                .sum();

        assertThat(sum).isEqualTo(1234);
        assertThat(checkout(1, 1).getTotalAmount()).isEqualTo(2 * checkout(1).getTotalAmount());
    }

    @Test
    void aClientWithoutMetadataIsServedAndStartsATrace() throws Exception {
        try (BoundQueue queue = new BoundQueue(journey.broker())) {
            assertThat(checkout(1, 2, 3, 4).getTotalAmount()).isEqualTo(1234);

            Trace trace = journey.spans().awaitTrace(traceIdOf(queue.take()), 3);
            assertThat(trace.checkoutServer().parentId()).as(trace::toString).isEmpty();
            assertThat(trace.checkoutProducer().parentId())
                    .as(trace::toString)
                    .isEqualTo(trace.checkoutServer().id());
            assertThat(trace.stockConsumer().parentId())
                    .as(trace::toString)
                    .isEqualTo(trace.checkoutProducer().id());
        }
    }

    @Test
    void aClientsTraceIsContinued() {
        TraceParent caller = TraceParent.sampledOne();

        CheckoutResponse response = stub("traceparent", caller.toString(), "tracestate", "vendor=opaque")
                .doCheckout(basket(1));

        assertThat(response.getTotalAmount()).isPositive();
        Trace trace = journey.spans().awaitTrace(caller.traceId(), 3);
        assertThat(trace.checkoutServer().parentId()).as(trace::toString).isEqualTo(caller.spanId());
        assertThat(trace.spans())
                .as(trace::toString)
                .allSatisfy(span -> assertThat(span.span().getTraceState()).isEqualTo("vendor=opaque"));
    }

    @Test
    void aClientsMalformedTraceIsNotContinued() throws Exception {
        try (BoundQueue queue = new BoundQueue(journey.broker())) {
            stub("traceparent", "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01").doCheckout(basket(1));

            Trace trace = journey.spans().awaitTrace(traceIdOf(queue.take()), 3);
            assertThat(trace.checkoutServer().parentId()).as(trace::toString).isEmpty();
        }
    }

    @Test
    void aHundredItemsAreABasket() {
        assertThat(checkout(IntStream.generate(() -> 1).limit(100).toArray()).getTotalAmount())
                .isEqualTo(100 * checkout(1).getTotalAmount());
    }

    @Test
    void anEmptyBasketIsAnInvalidArgument() {
        assertRefused(this::checkout, Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void moreThanHundredItemsAreAnInvalidArgument() {
        assertRefused(() -> checkout(IntStream.generate(() -> 1).limit(101).toArray()), Status.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void anUnknownItemIsNotFound(int item) {
        assertRefused(() -> checkout(1, item), Status.Code.NOT_FOUND);
    }

    @Test
    void aBrokerThatDoesNotConfirmIsUnavailable() throws Exception {
        journey.brokerProxy().cut();
        try {
            assertRefused(() -> checkout(1), Status.Code.UNAVAILABLE);
        } finally {
            journey.recover();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkout.Checkout/Other", "checkout.Other/DoCheckout"})
    void anUnknownMethodIsUnimplemented(String method) {
        MethodDescriptor<CheckoutRequest, CheckoutResponse> unknown = CheckoutGrpc.getDoCheckoutMethod().toBuilder()
                .setFullMethodName(method)
                .build();

        assertRefused(
                () -> ClientCalls.blockingUnaryCall(channel, unknown, CallOptions.DEFAULT, basket(1)),
                Status.Code.UNIMPLEMENTED);
    }

    @Test
    void noMetadataSteersTheRouteOrEndsInTheMessage() throws Exception {
        try (BoundQueue queue = new BoundQueue(journey.broker())) {
            CheckoutResponse response = stub(
                            "camelspringrabbitmqexchangeoverridename", "elsewhere",
                            "camelspringrabbitmqroutingoverridekey", "elsewhere",
                            "authorization", "Bearer MARKER-metadata")
                    .doCheckout(basket(1, 2, 3, 4));

            assertThat(response.getTotalAmount()).isEqualTo(1234);
            Delivery message = queue.take();
            assertThat(message.getEnvelope().getRoutingKey()).isEqualTo(Broker.ROUTING_KEY);
            assertThat(message.getProperties().toString()).doesNotContain("elsewhere", "MARKER");
            Trace trace = journey.spans().awaitTrace(traceIdOf(message), 3);
            assertThat(trace.spans())
                    .allSatisfy(span -> assertThat(span.span().toString()).doesNotContain("elsewhere", "MARKER"));
            assertThat(journey.lines())
                    .allSatisfy(line -> assertThat(line.text()).doesNotContain("MARKER-metadata"));
        }
    }

    private CheckoutResponse checkout(int... items) {
        return stub().doCheckout(basket(items));
    }

    private static CheckoutRequest basket(int... items) {
        return CheckoutRequest.newBuilder()
                .addAllItemsID(IntStream.of(items).boxed().toList())
                .build();
    }

    private CheckoutGrpc.CheckoutBlockingStub stub(String... metadata) {
        Metadata headers = new Metadata();
        for (int index = 0; index < metadata.length; index += 2) {
            headers.put(Metadata.Key.of(metadata[index], Metadata.ASCII_STRING_MARSHALLER), metadata[index + 1]);
        }
        return CheckoutGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static String traceIdOf(Delivery message) {
        return List.of(message.getProperties()
                        .getHeaders()
                        .get("traceparent")
                        .toString()
                        .split("-"))
                .get(1);
    }

    private static void assertRefused(ThrowingCallable call, Status.Code code) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);

        assertThat(refusal).as("a refusal").isNotNull();
        assertThat(refusal.getStatus().getCode()).as(refusal.toString()).isEqualTo(code);
        // What gRPC itself says to a method that is not there names the method, and nothing else.
        if (code != Status.Code.UNIMPLEMENTED) {
            assertThat(refusal.getStatus().getDescription()).isNotBlank();
        }
        assertThat(String.valueOf(refusal.getStatus().getDescription())).doesNotContainPattern(INTERNALS);
        assertThat(String.valueOf(refusal.getTrailers())).doesNotContainPattern("java|Exception");
    }
}
