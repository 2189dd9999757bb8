package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A failed checkout is logged by a step of the route alone. Camel's error handler would log the attempt, at the debug
 * level, through one logger that it shares between the exchanges and sets to a level for each line: of two failures at
 * once one is now and then logged as an error.
 */
@ExtendWith(JourneyExtension.class)
class FailureLogIT {

    private final Journey journey;
    private final int httpPort = FreePort.find();
    private final int grpcPort = FreePort.find();

    FailureLogIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void theErrorHandlerLogsNoAttempt() throws Exception {
        try (Application checkout = application("checkout", Map.of("GRPC_ADDRESS", "127.0.0.1:" + grpcPort));
                Application gateway = application(
                        "gateway",
                        Map.of(
                                "HTTP_ADDRESS", "127.0.0.1:" + httpPort,
                                "CHECKOUT_SERVICE_ADDRESS", "127.0.0.1:" + grpcPort))) {
            checkout.start();
            gateway.start();
            checkout.awaitReady();
            gateway.awaitReady();
            GatewayClient client = new GatewayClient(httpPort);

            assertThat(client.checkoutOf("{\"itemsID\":[77]}").statusCode()).isEqualTo(422);
            assertThat(client.checkoutOf("{\"itemsID\":[]}").statusCode()).isEqualTo(400);
            assertThat(client.checkoutOf("[").statusCode()).isEqualTo(400);
            checkout.stop();
            assertThat(client.checkout().statusCode()).isEqualTo(503);

            for (Application application : List.of(gateway, checkout)) {
                assertThat(application.lines()).noneMatch(line -> line.text().contains("On delivery attempt"));
            }
        }
    }

    private Application application(String service, Map<String, String> own) throws Exception {
        Map<String, String> environment = new HashMap<>(own);
        environment.put("LOGGING_LEVEL_ORG_APACHE_CAMEL_PROCESSOR_ERRORHANDLER", "DEBUG");
        environment.put("RABBITMQ_HOST", "127.0.0.1");
        environment.put("RABBITMQ_PORT", Integer.toString(journey.brokerProxy().port()));
        return new Application(service, service + "-failure-log", environment);
    }
}
