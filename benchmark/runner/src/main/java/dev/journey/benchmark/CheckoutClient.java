package dev.journey.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Sends checkouts one by one, where no load is wanted. */
final class CheckoutClient {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Sends one, and tells whether it was accepted. */
    boolean isAccepted(URI entrance) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(entrance)
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Vegeta.BODY))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 202;
        } catch (IOException exception) {
            return false;
        }
    }
}
