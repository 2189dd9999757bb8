package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import checkout.CheckoutGrpc;
import checkout.CheckoutRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The checkout service's server beside its contract: what it says of itself, and how it goes and comes back. */
@Tag("any-broker")
@ExtendWith(JourneyExtension.class)
class GrpcServerIT {

    private static final CheckoutRequest BASKET =
            CheckoutRequest.newBuilder().addItemsID(1).build();

    private final Journey journey;
    private ManagedChannel channel;

    GrpcServerIT(Journey journey) {
        this.journey = journey;
    }

    @BeforeEach
    void connect() {
        channel = journey.openChannel();
    }

    @AfterEach
    void recover() throws Exception {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        journey.recover();
    }

    @Test
    void itSaysThatItServes() {
        for (String service : List.of("", "checkout.Checkout")) {
            assertThat(HealthGrpc.newBlockingStub(channel)
                            .check(HealthCheckRequest.newBuilder()
                                    .setService(service)
                                    .build())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
        }
    }

    @Test
    void itNamesItsServices() throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        // The answer is all that counts.
                    }
                });
        requests.onNext(
                ServerReflectionRequest.newBuilder().setListServices("*").build());
        requests.onCompleted();

        assertThat(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
                .extracting(service -> service.getName())
                .contains("checkout.Checkout", "grpc.health.v1.Health");
    }

    @Test
    void aStopUnderLoadLosesNoCallInHand() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        Queue<Status> refusals = new ConcurrentLinkedQueue<>();
        AtomicBoolean stopped = new AtomicBoolean();
        try (BoundQueue queue = new BoundQueue(journey.broker())) {
            List<Thread> callers = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                Thread thread = new Thread(() -> {
                    while (!stopped.get()) {
                        try {
                            CheckoutGrpc.newBlockingStub(channel)
                                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                                    .doCheckout(BASKET);
                            taken.incrementAndGet();
                        } catch (StatusRuntimeException refusal) {
                            refusals.add(refusal.getStatus());
                        }
                    }
                });
                callers.add(thread);
                thread.start();
            }
            await().until(() -> taken.get() > 200);

            journey.checkout().stop();
            stopped.set(true);
            for (Thread caller : callers) {
                caller.join();
            }

            assertThat(refusals).extracting(Status::getCode).containsOnly(Status.Code.UNAVAILABLE);
            // A call that was broken off would have left a message without an answer.
            for (int message = 0; message < taken.get(); message++) {
                queue.take();
            }
            assertThat(queue.isEmpty()).isTrue();
        }
    }

    @Test
    void theGatewayIsBackSoonAfterCheckout() throws Exception {
        journey.checkout().stop();
        // After as long as this, gRPC by itself would next try some seven seconds later.
        await().during(Duration.ofSeconds(18)).timeout(Duration.ofSeconds(40)).untilAsserted(() -> assertThat(
                        journey.client().checkout().statusCode())
                .isEqualTo(503));

        journey.checkout().start();
        journey.checkout().awaitReady();

        await().atMost(Duration.ofSeconds(3))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() ->
                        assertThat(journey.client().checkout().statusCode()).isEqualTo(202));
    }
}
