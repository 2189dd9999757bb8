package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What each service counts, for Prometheus on its management port. */
@ExtendWith(JourneyExtension.class)
class MetricsIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ACCEPTED = "http_server_requests_seconds_count{.*status=\"202\",uri=\"/api/checkout\"}";
    private static final String REFUSED = "http_server_requests_seconds_count{.*status=\"422\",uri=\"/api/checkout\"}";
    private static final String CALL = "_processing_duration_seconds_count{method=\"DoCheckout\",.*statusCode=\"";
    private static final String ROUTE = "camel_exchanges_total{.*routeId=\"";

    private final Journey journey;

    MetricsIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void aCheckoutIsCountedOnceByEachHop() throws Exception {
        journey.client().checkout();
        double accepted = value(journey.gateway(), ACCEPTED);
        double called = value(journey.gateway(), "grpc_client" + CALL + "OK\"}");
        double served = value(journey.checkout(), "grpc_server" + CALL + "OK\"}");
        double confirmed = value(journey.checkout(), "rabbitmq_acknowledged_published_total{.*}");
        double acknowledged = value(journey.stock(), "rabbitmq_acknowledged_total{.*}");
        double routed = value(journey.stock(), ROUTE + "stock-checkout-processed\".*}");

        journey.spans().awaitTrace(GatewayClient.traceId(journey.client().checkout()), 5);

        awaitValue(journey.gateway(), ACCEPTED, accepted + 1);
        awaitValue(journey.gateway(), "grpc_client" + CALL + "OK\"}", called + 1);
        awaitValue(journey.checkout(), "grpc_server" + CALL + "OK\"}", served + 1);
        awaitValue(journey.checkout(), "rabbitmq_acknowledged_published_total{.*}", confirmed + 1);
        assertThat(value(journey.stock(), "rabbitmq_acknowledged_total{.*}")).isGreaterThanOrEqualTo(acknowledged);
        assertThat(value(journey.stock(), ROUTE + "stock-checkout-processed\".*}"))
                .isGreaterThan(routed);
    }

    @Test
    void aRefusalIsCountedByItsStatusOnBothSides() throws Exception {
        double refused = value(journey.gateway(), REFUSED);
        double called = value(journey.gateway(), "grpc_client" + CALL + "NOT_FOUND\"}");
        double served = value(journey.checkout(), "grpc_server" + CALL + "NOT_FOUND\"}");

        journey.client().checkoutOf("{\"itemsID\":[99]}");

        awaitValue(journey.gateway(), REFUSED, refused + 1);
        awaitValue(journey.gateway(), "grpc_client" + CALL + "NOT_FOUND\"}", called + 1);
        awaitValue(journey.checkout(), "grpc_server" + CALL + "NOT_FOUND\"}", served + 1);
    }

    @Test
    void theQueuesAreMeasured() {
        awaitValue(journey.checkout(), "queue_messages{queue=\"stock-queue\"}", 0);
        awaitValue(journey.checkout(), "queue_consumers{queue=\"stock-queue\"}", 4);
        assertThat(value(journey.checkout(), "jvm_memory_used_bytes{area=\"heap\",.*}"))
                .isPositive();
    }

    private static void awaitValue(Application application, String series, double value) {
        await(series).atMost(LIMIT).untilAsserted(() -> assertThat(value(application, series))
                .isEqualTo(value));
    }

    /** The sum of the series whose names match; zero where there is none. */
    private static double value(Application application, String series) {
        String metrics;
        try {
            metrics = application.management("/actuator/prometheus");
        } catch (Exception exception) {
            throw new AssertionError(exception);
        }
        assertThat(metrics).contains("jvm_memory_used_bytes");
        Matcher found = Pattern.compile("(?m)^" + series.replace("{", "\\{") + " (\\S+)$")
                .matcher(metrics);
        double sum = 0;
        while (found.find()) {
            sum += Double.parseDouble(found.group(1));
        }
        return sum;
    }
}
