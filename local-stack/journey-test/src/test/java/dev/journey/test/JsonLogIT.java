package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** In the profile {@code json} a service says everything in JSON, each line with its trace. */
@Tag("any-broker")
@ExtendWith(JourneyExtension.class)
class JsonLogIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Journey journey;

    JsonLogIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void eachLineIsJsonAndNamesItsTraceAndSpan() throws Exception {
        // Beside the other one, with which it takes turns.
        Application stock = new Application(
                "stock",
                "stock-json",
                Map.of(
                        "SPRING_PROFILES_ACTIVE", "json",
                        "RABBITMQ_HOST", "127.0.0.1",
                        "RABBITMQ_PORT", Integer.toString(journey.brokerProxy().port())));
        try {
            stock.start();
            stock.awaitReady();
            List<String> traceIds = new ArrayList<>();
            await("its turn").atMost(LIMIT).until(() -> {
                traceIds.add(GatewayClient.traceId(journey.client().checkout()));
                return stock.lines().stream().anyMatch(line -> line.text().contains("Order taken"));
            });

            for (LogLine line : stock.lines()) {
                JsonNode entry = JSON.readTree(line.text());
                assertThat(entry.at("/service/name").asText()).as(line.text()).isEqualTo("stock");
                if (entry.path("message").asText().startsWith("Order taken")) {
                    assertThat(traceIds).contains(entry.path("trace_id").asText());
                    assertThat(entry.path("span_id").asText()).matches("[0-9a-f]{16}");
                }
            }
        } finally {
            stock.kill();
        }
    }
}
