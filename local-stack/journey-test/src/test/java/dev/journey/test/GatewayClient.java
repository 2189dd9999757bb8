package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A caller of the gateway, who checks each answer against {@link OpenApi its description}. */
final class GatewayClient {

    static final String PATH = "/api/checkout";
    static final String JSON = "application/json";

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final int port;

    GatewayClient(int port) {
        this.port = port;
    }

    int port() {
        return port;
    }

    /** Checks out the default basket. */
    HttpResponse<String> checkout(String... headers) throws IOException, InterruptedException {
        return send(PATH, request -> (headers.length == 0 ? request : request.headers(headers))
                .POST(BodyPublishers.noBody()));
    }

    /** Checks out with a body of JSON. */
    HttpResponse<String> checkoutOf(String body) throws IOException, InterruptedException {
        return send(PATH, request -> request.header("Content-Type", JSON).POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(String pathAndQuery, UnaryOperator<HttpRequest.Builder> request)
            throws IOException, InterruptedException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + pathAndQuery))
                .timeout(Duration.ofSeconds(30));
        HttpResponse<String> response = http.send(request.apply(builder).build(), BodyHandlers.ofString());
        OpenApi.assertDescribed(response);
        return response;
    }

    /** The trace that an answer names. */
    static String traceId(HttpResponse<?> response) {
        assertThat(response.headers().allValues("X-Trace-Id"))
                .as("X-Trace-Id of %s", response)
                .singleElement()
                .asString()
                .matches("[0-9a-f]{32}")
                .isNotEqualTo("0".repeat(32));
        return response.headers().firstValue("X-Trace-Id").orElseThrow();
    }
}
