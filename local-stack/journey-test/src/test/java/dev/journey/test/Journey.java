package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The whole system: the broker behind a {@link BrokerProxy}, a receiver of spans, and the three services as processes.
 * All test classes of a run share one; it begins on an empty broker and ends with the tests' JVM.
 */
final class Journey implements AutoCloseable {

    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);

    private final Broker broker;
    private final BrokerProxy brokerProxy;
    private final SpanReceiver spans;
    private final Application gateway;
    private final Application checkout;
    private final Application stock;
    private final GatewayClient client;
    private final int grpcPort = FreePort.find();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Journey() throws IOException, TimeoutException {
        broker = Broker.start();
        brokerProxy = new BrokerProxy(broker.address());
        brokerProxy.restore();
        spans = new SpanReceiver();
        int httpPort = FreePort.find();
        client = new GatewayClient(httpPort);
        gateway = new Application(
                "gateway",
                environment(Map.of(
                        "HTTP_ADDRESS", "127.0.0.1:" + httpPort,
                        "CHECKOUT_SERVICE_ADDRESS", "127.0.0.1:" + grpcPort)));
        checkout = new Application("checkout", environment(Map.of("GRPC_ADDRESS", "127.0.0.1:" + grpcPort)));
        stock = new Application("stock", environment(Map.of()));
    }

    /** What a service needs to take part, and its own. */
    Map<String, String> environment(Map<String, String> own) {
        Map<String, String> environment = new LinkedHashMap<>(own);
        environment.put("RABBITMQ_HOST", "127.0.0.1");
        environment.put("RABBITMQ_PORT", Integer.toString(brokerProxy.port()));
        environment.put("RABBITMQ_USER", Broker.USER);
        environment.put("RABBITMQ_PASS", Broker.PASSWORD);
        environment.put("JAEGER_ENDPOINT", "127.0.0.1:" + spans.port());
        environment.put("OTEL_BSP_SCHEDULE_DELAY", "100");
        return environment;
    }

    /** Starts everything and returns once a checkout has gone all the way. */
    static Journey start() throws Exception {
        Journey journey = new Journey();
        Runtime.getRuntime().addShutdownHook(new Thread(journey::close, "journey-end"));
        journey.recover();
        return journey;
    }

    /**
     * Brings back whatever a test took away, and returns once a checkout goes all the way again: what one test does
     * must not fail the next.
     */
    void recover() throws IOException, InterruptedException {
        brokerProxy.restore();
        applications().forEach(Application::resume);
        applications().forEach(Application::start);
        applications().forEach(Application::awaitReady);
        await("a checkout that goes all the way")
                .atMost(RECOVERY_LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    HttpResponse<String> response = client.checkout();
                    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
                });
        String last = GatewayClient.traceId(client.checkout());
        await("stock to take part").atMost(RECOVERY_LIMIT).untilAsserted(() -> assertThat(
                        spans.trace(last).spans())
                .as(() -> spans.trace(last).toString())
                .hasSize(5));
    }

    Broker broker() {
        return broker;
    }

    BrokerProxy brokerProxy() {
        return brokerProxy;
    }

    SpanReceiver spans() {
        return spans;
    }

    Application gateway() {
        return gateway;
    }

    Application checkout() {
        return checkout;
    }

    Application stock() {
        return stock;
    }

    List<Application> applications() {
        return List.of(gateway, checkout, stock);
    }

    /** What the services have printed, all three. */
    List<LogLine> lines() {
        return applications().stream()
                .flatMap(application -> application.lines().stream())
                .toList();
    }

    GatewayClient client() {
        return client;
    }

    /** A channel to the checkout service, for the caller to end. */
    ManagedChannel openChannel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", grpcPort)
                .usePlaintext()
                .build();
    }

    int grpcPort() {
        return grpcPort;
    }

    /** Ends every process at once. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        for (Application application : applications()) {
            try {
                application.kill();
            } catch (InterruptedException exception) {
                Thread.currentThread().interrupt();
            }
        }
        spans.close();
        try {
            brokerProxy.close();
        } catch (IOException exception) {
            // The JVM ends anyway.
        }
        broker.close();
    }
}
