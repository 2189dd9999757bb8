package dev.journey.reload;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/** A running service as its user has it: a folder of route files, and a port. */
record Service(Path routes, int port) {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** A route that answers the path with the text. */
    static String route(String id, String path, String answer) {
        return """
            - route:
                id: %s
                from:
                  uri: platform-http:%s
                  steps:
                    - setBody: { constant: "%s" }
            """.formatted(id, path, answer);
    }

    void save(String name, String content) {
        try {
            Path file = routes.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    void clear() throws IOException {
        try (Stream<Path> paths = Files.walk(routes)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(routes)) {
                    Files.delete(path);
                }
            }
        }
    }

    String get(String path) {
        try {
            var response = CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                            .build(),
                    BodyHandlers.ofString());
            return response.statusCode() == 200 ? response.body() : "status " + response.statusCode();
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        } catch (InterruptedException exception) {
            throw new IllegalStateException(exception);
        }
    }

    /** Live in under a second, with a margin for busy machines. */
    void awaitAnswer(String path, String answer) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> get(path), answer::equals);
    }
}
