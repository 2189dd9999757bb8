package dev.journey.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import checkout.CheckoutGrpc;
import checkout.CheckoutRequest;
import checkout.CheckoutResponse;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.TestSocketUtils;

/** A Camel route as the server, and as peers Camel's own client and a plain grpc-java one, over sockets. */
@SpringBootTest(properties = "journey.grpc.client.deadline=1s")
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class GrpcExtensionTest {

    private static final int PORT = TestSocketUtils.findAvailableTcpPort();
    private static final Metadata.Key<String> REASON = Metadata.Key.of("reason", Metadata.ASCII_STRING_MARSHALLER);
    private static final CheckoutRequest REQUEST =
            CheckoutRequest.newBuilder().addItemsID(1).build();

    private static ManagedChannel channel;

    @Autowired
    private Behaviour behaviour;

    @Autowired
    private ProducerTemplate camel;

    @Autowired
    private DeadlineClientInterceptor deadlineInterceptor;

    private CountDownLatch release;

    @DynamicPropertySource
    static void ports(DynamicPropertyRegistry registry) {
        registry.add("test.port", () -> PORT);
        registry.add("test.unused-port", TestSocketUtils::findAvailableTcpPort);
    }

    @BeforeAll
    static void connect() {
        channel =
                NettyChannelBuilder.forAddress("localhost", PORT).usePlaintext().build();
    }

    @AfterAll
    static void disconnect() {
        channel.shutdownNow();
    }

    @BeforeEach
    void arm() {
        release = new CountDownLatch(1);
    }

    @AfterEach
    void releaseRoutes() {
        release.countDown();
    }

    @Test
    void answersAsBefore() {
        behaviour.is(exchange -> exchange.getMessage()
                .setBody(CheckoutResponse.newBuilder().setTotalAmount(1234).build()));

        assertThat(peer().doCheckout(REQUEST).getTotalAmount()).isEqualTo(1234);
        assertThat(camel.requestBody("direct:client", REQUEST, CheckoutResponse.class)
                        .getTotalAmount())
                .isEqualTo(1234);
    }

    @Test
    void endsACallWhoseServerDoesNotAnswer() {
        behaviour.is(this::block);

        long start = System.nanoTime();
        String answer = camel.requestBody("direct:client", REQUEST, String.class);

        assertThat(answer).startsWith("DEADLINE_EXCEEDED");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(3));
    }

    @Test
    void keepsADeadlineThatTheCallHas() {
        await().until(() -> channel.getState(true) == ConnectivityState.READY);
        behaviour.is(this::block);
        var stub = CheckoutGrpc.newBlockingStub(ClientInterceptors.intercept(channel, deadlineInterceptor));

        long start = System.nanoTime();
        assertThat(failureOf(stub.withDeadlineAfter(Duration.ofMillis(100))).getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));

        start = System.nanoTime();
        assertThat(failureOf(stub.withDeadlineAfter(Duration.ofMillis(1500))).getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1400));
    }

    @Test
    void theOutermostOfSeveralStatusesHolds() {
        behaviour.is(exchange -> {
            throw Status.UNAVAILABLE
                    .withDescription("told")
                    .withCause(Status.NOT_FOUND.asException())
                    .asRuntimeException();
        });

        assertThat(peerFailure())
                .extracting(Status::getCode, Status::getDescription)
                .containsExactly(Status.Code.UNAVAILABLE, "told");
    }

    @Test
    void aCallThatFoundNoConnectionWasNotSent() throws Exception {
        // The kernel takes the connection, and nobody ever speaks HTTP/2 on it.
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ManagedChannel unconnected = ManagedChannelBuilder.forAddress("127.0.0.1", silent.getLocalPort())
                    .usePlaintext()
                    .intercept(deadlineInterceptor)
                    .build();
            try {
                Status status =
                        failureOf(CheckoutGrpc.newBlockingStub(unconnected).withDeadlineAfter(Duration.ofMillis(300)));

                assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            } finally {
                unconnected.shutdownNow();
            }
        }
    }

    @Test
    void keepsTheEarlierDeadlineOfTheCallInHand() throws Exception {
        await().until(() -> channel.getState(true) == ConnectivityState.READY);
        behaviour.is(this::block);
        var scheduler = Executors.newSingleThreadScheduledExecutor();
        try (var context = Context.current().withDeadline(Deadline.after(100, TimeUnit.MILLISECONDS), scheduler)) {
            long start = System.nanoTime();
            String answer = context.call(() -> camel.requestBody("direct:client", REQUEST, String.class));

            assertThat(answer).startsWith("DEADLINE_EXCEEDED");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void refusesANegativeDeadline() {
        assertThatThrownBy(() -> new DeadlineClientInterceptor(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no item 7",
                "it's \"seven\", (or 'eight'), isn't it?",
                "${exception} and ${body} and {{test.port}}",
                "a, b', ${header.x}, 'c"
            })
    void failsWithTheStatusAndTheMessageAsItIs(String message, CapturedOutput output) {
        behaviour.is(exchange -> {
            throw new NoSuchElementException(message);
        });

        assertThat(peerFailure())
                .extracting(Status::getCode, Status::getDescription)
                .containsExactly(Status.Code.NOT_FOUND, message);
        assertThat(camel.requestBody("direct:client", REQUEST, String.class)).isEqualTo("NOT_FOUND " + message);
        assertThat(complaints(output, "NoSuchElementException: " + message)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'quoted'", "\"quoted\"", "null"})
    void takesTheExceptionsMessageWhenItIsGivenNone(String message, CapturedOutput output) {
        behaviour.is(exchange -> {
            throw new IllegalArgumentException(message);
        });

        assertThat(peerFailure())
                .extracting(Status::getCode, Status::getDescription)
                .containsExactly(Status.Code.INVALID_ARGUMENT, message);
        assertThat(complaints(output, "IllegalArgumentException: " + message)).isEmpty();
    }

    @Test
    void failsWithoutADescriptionWhenThereIsNone() {
        behaviour.is(exchange -> {
            throw new NoSuchElementException();
        });

        assertThat(peerFailure())
                .extracting(Status::getCode, Status::getDescription)
                .containsExactly(Status.Code.NOT_FOUND, null);
    }

    @Test
    void logsAFailureThatTheRouteDoesNotHandleOnce(CapturedOutput output) {
        behaviour.is(exchange -> {
            throw new ArithmeticException("secret");
        });

        assertThat(peerFailure())
                .extracting(Status::getCode, Status::getDescription)
                .containsExactly(Status.Code.OUT_OF_RANGE, "a, b");
        assertThat(complaints(output, "ArithmeticException: secret"))
                .singleElement()
                .asString()
                .contains("Failed delivery");
        assertThat(output).contains("Caused by: java.lang.ArithmeticException: secret");
    }

    @Test
    void failsTheStepOutsideOfOnException() {
        behaviour.is(exchange -> {
            throw new NoSuchElementException("no item 7");
        });

        assertThatThrownBy(() -> camel.requestBody("direct:try", REQUEST))
                .isInstanceOf(CamelExecutionException.class)
                .cause()
                .hasMessage("ABORTED: tried")
                .hasCauseInstanceOf(NoSuchElementException.class);
    }

    @Test
    void refusesOkAndUnknownNamesAsFailures() {
        behaviour.is(exchange -> new GrpcStatus().fail("OK", "fine", exchange));
        assertThat(peerFailure().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);

        behaviour.is(exchange -> new GrpcStatus().fail("NOT_A_CODE", "what", exchange));
        assertThat(peerFailure().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "UNKNOWN", "RESOURCE_EXHAUSTED"})
    void sendsTheStatusWhereverItIsInTheCauseChain(String code) {
        Metadata trailers = new Metadata();
        trailers.put(REASON, "because");
        behaviour.is(exchange -> {
            throw new IOException(
                    "db01:5432",
                    new StatusException(
                            Status.fromCode(Status.Code.valueOf(code)).withDescription("told"), trailers));
        });

        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> peer().doCheckout(REQUEST));

        assertThat(failure.getStatus())
                .extracting(Status::getCode, Status::getDescription)
                .containsExactly(Status.Code.valueOf(code), "told");
        assertThat(failure.getTrailers().get(REASON)).isEqualTo("because");
        assertThat(camel.requestBody("direct:client", REQUEST, String.class)).isEqualTo(code + " told");
    }

    @Test
    void shortensALongDescription() {
        behaviour.is(exchange -> {
            throw Status.ABORTED.withDescription("x".repeat(100_000)).asRuntimeException();
        });

        assertThat(peerFailure().getDescription()).isEqualTo("x".repeat(256));
    }

    @Test
    void tellsNothingOfAFailureWithoutAStatus() {
        behaviour.is(exchange -> {
            throw new IOException("connect to db01:5432 failed");
        });
        assertNeutral(peerFailure());

        behaviour.is(exchange -> {
            throw new IOException((String) null);
        });
        assertNeutral(peerFailure());
    }

    @Test
    void tellsNothingOfABodyThatIsNoResponse(CapturedOutput output) {
        behaviour.is(exchange -> exchange.getMessage().setBody("text"));
        assertNeutral(peerFailure());
        // The caller may have its answer before the server has said why.
        await().untilAsserted(() -> assertThat(output)
                .contains("The route's body is not a checkout.CheckoutResponse but a java.lang.String"));

        behaviour.is(exchange -> exchange.getMessage().setBody(null));
        assertNeutral(peerFailure());
    }

    @Test
    void leavesTheStatusesOfGrpcAsTheyAre() {
        behaviour.is(exchange -> exchange.getMessage().setBody(CheckoutResponse.getDefaultInstance()));

        assertThat(failureOf(() -> ClientCalls.blockingUnaryCall(
                                channel, method("checkout.Checkout/Nothing"), CallOptions.DEFAULT, REQUEST))
                        .getCode())
                .isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(failureOf(() -> peer().doCheckout(CheckoutRequest.newBuilder()
                                .addAllItemsID(java.util.Collections.nCopies(5_000_000, 1))
                                .build()))
                        .getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void namesNoCodeWhereThereIsNoStatus() {
        assertThat(camel.requestBody("direct:no-call", REQUEST, String.class)).isEqualTo("UNKNOWN ");
    }

    @Test
    void namesTheCodeWhenNobodyListens() {
        assertThat(camel.requestBody("direct:nobody", REQUEST, String.class)).startsWith("UNAVAILABLE ");
    }

    private static void assertNeutral(Status status) {
        assertThat(status)
                .extracting(Status::getCode, Status::getDescription)
                .containsExactly(Status.Code.INTERNAL, "internal error");
    }

    private static CheckoutGrpc.CheckoutBlockingStub peer() {
        return CheckoutGrpc.newBlockingStub(channel);
    }

    private static Status peerFailure() {
        return failureOf(peer());
    }

    private static Status failureOf(CheckoutGrpc.CheckoutBlockingStub stub) {
        return failureOf(() -> stub.doCheckout(REQUEST));
    }

    private static Status failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call).getStatus();
    }

    private static MethodDescriptor<CheckoutRequest, CheckoutResponse> method(String name) {
        return CheckoutGrpc.getDoCheckoutMethod().toBuilder()
                .setFullMethodName(name)
                .build();
    }

    private void block(Exchange exchange) throws InterruptedException {
        release.await();
        exchange.getMessage().setBody(CheckoutResponse.getDefaultInstance());
    }

    /** What the server's route does, set by each test. */
    static class Behaviour implements Processor {

        private volatile Processor current;

        void is(Processor behaviour) {
            current = behaviour;
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            current.process(exchange);
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Behaviour behaviour() {
            return new Behaviour();
        }
    }

    /** What was logged of a failure; other tests' failures may be logged as late as this. */
    private static List<String> complaints(CapturedOutput output, String failure) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains(" ERROR ") || line.contains(" WARN "))
                .filter(line -> line.contains(failure))
                .toList();
    }
}
