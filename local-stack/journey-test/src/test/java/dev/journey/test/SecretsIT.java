package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.journey.localstack.broker.EmbeddedBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The three services with passwords that cannot be mistaken, and all that they say while things go right and wrong. */
@ExtendWith(JourneyExtension.class)
class SecretsIT {

    private static final String BROKER_PASSWORD = "Needle-in-the-broker";
    private static final String GATEWAY_PASSWORD = "Needle-in-the-gateway";
    private static final String CHECKOUT_PASSWORD = "Needle-in-the-checkout";
    private static final String CLIENT_PASSWORD = "Needle-in-the-client";
    private static final String WRONG_PASSWORD = "Needle-that-is-wrong";
    private static final String NEEDLE = "needle-";

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    private final Journey journey;
    private final int httpPort = FreePort.find();
    private final int grpcPort = FreePort.find();
    private final int amqpPort = FreePort.find();
    /** All that anybody could read, and where. */
    private final Map<String, String> said = new TreeMap<>();

    SecretsIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void noPasswordIsInALogASpanAnErrorOrAPage() throws Exception {
        Certificate gatewayCertificate = Certificate.make(folder, "gateway", GATEWAY_PASSWORD);
        Certificate checkoutCertificate = Certificate.make(folder, "checkout", CHECKOUT_PASSWORD);
        Certificate clientCertificate = Certificate.make(folder, "client", CLIENT_PASSWORD);
        Map<String, String> ofGateway = new HashMap<>(Map.of(
                "HTTP_ADDRESS",
                "127.0.0.1:" + httpPort,
                "CHECKOUT_SERVICE_ADDRESS",
                "127.0.0.1:" + grpcPort,
                "SERVER_SSL_BUNDLE",
                "gateway",
                "JOURNEY_GRPC_CLIENT_SSLBUNDLE",
                "client"));
        ofGateway.putAll(keyStore("GATEWAY", gatewayCertificate, GATEWAY_PASSWORD));
        ofGateway.putAll(keyStore("CLIENT", clientCertificate, CLIENT_PASSWORD));
        ofGateway.putAll(trustStore("CLIENT", checkoutCertificate, CHECKOUT_PASSWORD));
        Map<String, String> ofCheckout = new HashMap<>(Map.of(
                "GRPC_ADDRESS", "127.0.0.1:" + grpcPort,
                "JOURNEY_GRPC_SERVER_SSLBUNDLE", "server",
                "JOURNEY_GRPC_SERVER_CLIENTAUTH", "need"));
        ofCheckout.putAll(keyStore("SERVER", checkoutCertificate, CHECKOUT_PASSWORD));
        ofCheckout.putAll(trustStore("SERVER", clientCertificate, CLIENT_PASSWORD));
        HttpClient client = HttpClient.newBuilder()
                .sslContext(gatewayCertificate.trustingClient())
                .build();

        EmbeddedBroker broker = EmbeddedBroker.start(amqpPort, BROKER_PASSWORD);
        try (Application gateway = application("gateway", ofGateway);
                Application checkout = application("checkout", ofCheckout);
                Application stock = application("stock", Map.of())) {
            List<Application> applications = List.of(gateway, checkout, stock);
            applications.forEach(Application::start);
            applications.forEach(Application::awaitReady);
            HttpResponse<String> accepted = post(client, "{\"itemsID\":[1]}");
            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
            journey.spans().awaitTrace(GatewayClient.traceId(accepted), 5);
            assertThat(post(client, "{\"itemsID\":[99]}").statusCode()).isEqualTo(422);
            assertThat(post(client, "{").statusCode()).isEqualTo(400);
            applications.forEach(application -> read(application, "well"));

            broker.close();
            assertThat(post(client, "{\"itemsID\":[1]}").statusCode()).isEqualTo(503);
            applications.forEach(application -> read(application, "without a broker"));

            broker = EmbeddedBroker.start(amqpPort, "another");
            await("the broker's refusal").atMost(LIMIT).until(() -> says(stock, "PossibleAuthenticationFailure"));
            assertThat(post(client, "{\"itemsID\":[1]}").statusCode()).isEqualTo(503);
            applications.forEach(application -> read(application, "refused"));
            applications.forEach(this::readLog);
        } finally {
            broker.close();
        }
        try (Application wrong = application("gateway", with(ofGateway, "GATEWAY", WRONG_PASSWORD))) {
            wrong.start();
            assertThat(wrong.awaitEnd()).isNotZero();
            assertThat(wrong.lines()).isNotEmpty();
            readLog(wrong);
        }
        said.put("the spans", journey.spans().spans().toString());

        // It is these pages that would show it.
        assertThat(said.get("well: checkout /actuator/env")).contains("RABBITMQ_PASS", "KEYSTORE_PASSWORD");
        assertThat(said.get("well: checkout /actuator/configprops")).contains("spring.rabbitmq", "spring.ssl");
        assertThat(said.get("refused: stock /actuator/camel/endpoint")).contains("spring-rabbitmq:");
        assertThat(said)
                .allSatisfy((where, text) ->
                        assertThat(text.toLowerCase()).as(where).doesNotContain(NEEDLE));
    }

    private Application application(String service, Map<String, String> own) throws Exception {
        Map<String, String> environment = journey.environment(own);
        environment.put("RABBITMQ_PORT", Integer.toString(amqpPort));
        environment.put("RABBITMQ_PASS", BROKER_PASSWORD);
        environment.put("DEV_CONSOLE", "true");
        // More than anybody should expose. A heap dump has everything by its nature.
        environment.put("MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE", "*");
        environment.put("MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_EXCLUDE", "heapdump");
        return new Application(service, service + "-secrets", environment);
    }

    private static Map<String, String> keyStore(String bundle, Certificate certificate, String password) {
        return Map.of(
                "SPRING_SSL_BUNDLE_JKS_" + bundle + "_KEYSTORE_LOCATION",
                "file:" + certificate.keyStore(),
                "SPRING_SSL_BUNDLE_JKS_" + bundle + "_KEYSTORE_PASSWORD",
                password);
    }

    private static Map<String, String> trustStore(String bundle, Certificate certificate, String password) {
        return Map.of(
                "SPRING_SSL_BUNDLE_JKS_" + bundle + "_TRUSTSTORE_LOCATION",
                "file:" + certificate.trustStore(),
                "SPRING_SSL_BUNDLE_JKS_" + bundle + "_TRUSTSTORE_PASSWORD",
                password);
    }

    private static Map<String, String> with(Map<String, String> environment, String bundle, String password) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.put("SPRING_SSL_BUNDLE_JKS_" + bundle + "_KEYSTORE_PASSWORD", password);
        return changed;
    }

    private HttpResponse<String> post(HttpClient client, String body) throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + httpPort + GatewayClient.PATH))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", GatewayClient.JSON)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        said.put("answer " + said.size(), response.headers().map() + response.body());
        return response;
    }

    /** Follows every link of the management address, and asks for every console that there is, in both forms. */
    private void read(Application application, String state) {
        try {
            JsonNode links =
                    MAPPER.readTree(application.management("/actuator")).get("_links");
            List<String> paths = new ArrayList<>();
            for (JsonNode link : links) {
                if (!link.get("templated").asBoolean()) {
                    paths.add(URI.create(link.get("href").asText()).getPath());
                }
            }
            assertThat(paths).hasSizeGreaterThan(10);
            paths.add("/actuator/health/readiness");
            paths.add("/actuator/camel/all");
            Iterator<String> consoles =
                    MAPPER.readTree(application.management("/actuator/camel")).fieldNames();
            consoles.forEachRemaining(console -> paths.add("/actuator/camel/" + console));
            for (String path : paths) {
                said.put(state + ": " + application.service() + " " + path, application.management(path));
            }
        } catch (Exception exception) {
            throw new IllegalStateException(application.service() + " " + state, exception);
        }
    }

    private void readLog(Application application) {
        said.put("log " + said.size(), application.lines().toString());
    }

    private static boolean says(Application application, String what) {
        return application.lines().stream().anyMatch(line -> line.text().contains(what));
    }
}
