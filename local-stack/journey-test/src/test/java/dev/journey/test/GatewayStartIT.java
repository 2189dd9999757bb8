package dev.journey.test;

import static dev.journey.test.ProblemExpectation.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a caller is told while the gateway starts. */
@ExtendWith(JourneyExtension.class)
class GatewayStartIT {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);

    private final Journey journey;

    GatewayStartIT(Journey journey) {
        this.journey = journey;
    }

    @AfterEach
    void recover() throws Exception {
        journey.recover();
    }

    @Test
    void aCheckoutIsToldToTryAgainUntilTheRoutesRun() throws Exception {
        journey.gateway().kill();
        journey.gateway().start();

        long end = System.nanoTime() + START_LIMIT.toNanos();
        int unavailable = 0;
        HttpResponse<String> response = null;
        while (response == null || response.statusCode() != 202) {
            assertThat(System.nanoTime()).as("not in time").isLessThan(end);
            try {
                response = journey.client().checkout();
            } catch (IOException notListening) {
                continue;
            }
            if (response.statusCode() != 202) {
                assertProblem(response, 503);
                assertThat(response.headers().firstValue("Retry-After").orElse(""))
                        .matches("[1-9][0-9]*");
                unavailable++;
            }
        }

        assertThat(unavailable).as("answers before the routes ran").isPositive();
    }
}
