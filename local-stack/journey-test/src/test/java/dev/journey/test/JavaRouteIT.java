package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.util.FileSystemUtils;

/** The example of a Java route, put into the folder of the running gateway. */
@Tag("any-broker")
@ExtendWith(JourneyExtension.class)
class JavaRouteIT {

    private static final Path EXAMPLES =
            Path.of("").toAbsolutePath().getParent().getParent().resolve(Path.of("docs", "examples", "gateway"));
    private static final Duration LIVE = Duration.ofSeconds(20);
    private static final String REFUSED = "The saved routes are refused: ";
    private static final List<String> FILES = List.of("checkouts.properties", "Checkouts.java");

    private final Journey journey;

    JavaRouteIT(Journey journey) {
        this.journey = journey;
    }

    @BeforeEach
    void copyExample() throws Exception {
        journey.recover();
        for (String name : FILES) {
            Files.copy(EXAMPLES.resolve(name), file(name));
        }
        await("the Java route").atMost(LIVE).untilAsserted(() -> assertThat(
                        checkouts("[{\"itemsID\":[1]}]").statusCode())
                .isEqualTo(200));
    }

    @AfterEach
    void removeExample() throws Exception {
        for (String name : FILES) {
            Files.deleteIfExists(file(name));
        }
        await("the end of the Java route").atMost(LIVE).untilAsserted(() -> assertThat(
                        checkouts("[{\"itemsID\":[1]}]").statusCode())
                .isEqualTo(404));
    }

    @Test
    void itsCheckoutsAreOneTrace() throws Exception {
        HttpResponse<String> response = checkouts("[{\"itemsID\":[1,2]},{\"itemsID\":[3]},{\"itemsID\":[1,2,3,4]}]");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"totalAmounts\":[548,299,1234]}");
        Trace trace = journey.spans().awaitTrace(GatewayClient.traceId(response), 13);
        assertThat(trace.gatewayServer().name()).isEqualTo("POST /api/checkouts");
        assertThat(trace.gatewayServer().parentId()).isEmpty();
        assertBelow(trace, "gateway", SpanKind.SPAN_KIND_SERVER, "gateway", SpanKind.SPAN_KIND_CLIENT, 3);
        assertBelow(trace, "gateway", SpanKind.SPAN_KIND_CLIENT, "checkout", SpanKind.SPAN_KIND_SERVER, 1);
        assertBelow(trace, "checkout", SpanKind.SPAN_KIND_SERVER, "checkout", SpanKind.SPAN_KIND_PRODUCER, 1);
        assertBelow(trace, "checkout", SpanKind.SPAN_KIND_PRODUCER, "stock", SpanKind.SPAN_KIND_CONSUMER, 1);
    }

    @Test
    void itsErrorsAreProblems() throws Exception {
        assertThat(checkouts("[]").statusCode()).isEqualTo(400);
        assertThat(checkouts("[{\"itemsID\":[1]},{\"itemsID\":[77]}]").statusCode())
                .isEqualTo(422);
        assertThat(checkouts("[" + "{\"itemsID\":[1]},".repeat(20) + "{\"itemsID\":[1]}]")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void oneThatDoesNotCompileIsNamedWithItsLineAndTheLastGoodGoesOn() throws Exception {
        Path file = file("Checkouts.java");
        List<String> source = Files.readAllLines(file);
        String declaration = "    private static final int MOST_BASKETS = 20;";
        assertThat(source).contains(declaration);
        long refused = refusals().size();

        Files.writeString(file, String.join("\n", source).replace("= 20;", "= \"twenty\";"));
        await("a refusal").atMost(LIVE).until(() -> refusals().size() > refused);

        List<LogLine> told = refusals();
        assertThat(told.get(told.size() - 1).text())
                .contains("Checkouts.java:" + (source.indexOf(declaration) + 1) + ": incompatible types");
        assertThat(checkouts("[{\"itemsID\":[3]}]").body()).isEqualTo("{\"totalAmounts\":[299]}");
    }

    @Test
    void withoutACompilerAServiceRunsAndSaysWhatIsMissingForAJavaRoute() throws Exception {
        Path runtime = Path.of("target", "runtime-without-compiler").toAbsolutePath();
        FileSystemUtils.deleteRecursively(runtime);
        int linked = ToolProvider.findFirst("jlink")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "--add-modules",
                        "java.se,jdk.unsupported,jdk.management,jdk.crypto.ec",
                        "--output",
                        runtime.toString());
        assertThat(linked).isZero();
        journey.gateway().stop();
        Files.delete(file("Checkouts.java"));
        long refused = refusals().size();
        try {
            journey.gateway().startOn(runtime);
            journey.gateway().awaitReady();
            assertThat(journey.client().checkout().statusCode()).isEqualTo(202);
            assertThat(refusals()).hasSize((int) refused);

            Files.copy(EXAMPLES.resolve("Checkouts.java"), file("Checkouts.java"));
            await("a refusal").atMost(LIVE).until(() -> refusals().size() > refused);

            assertThat(refusals().get((int) refused).text())
                    .contains("Checkouts.java: a Java route needs a JDK; this Java has no compiler");
            assertThat(journey.client().checkout().statusCode()).isEqualTo(202);
        } finally {
            journey.gateway().stop();
            Files.deleteIfExists(file("Checkouts.java"));
            journey.gateway().start();
            journey.gateway().awaitReady();
        }
    }

    /** Each span of the upper kind has so many of the lower below it, and no other is there. */
    private static void assertBelow(
            Trace trace, String upper, SpanKind upperKind, String lower, SpanKind lowerKind, long each) {
        Map<String, Long> counts = spans(trace, lower, lowerKind)
                .collect(Collectors.groupingBy(ReceivedSpan::parentId, Collectors.counting()));
        assertThat(counts)
                .as(trace::toString)
                .isEqualTo(spans(trace, upper, upperKind).collect(Collectors.toMap(ReceivedSpan::id, span -> each)));
    }

    private static Stream<ReceivedSpan> spans(Trace trace, String service, SpanKind kind) {
        return trace.spans().stream().filter(span -> span.service().equals(service) && span.kind() == kind);
    }

    private HttpResponse<String> checkouts(String body) throws IOException, InterruptedException {
        return journey.client().send("/api/checkouts", request -> request.header("Content-Type", GatewayClient.JSON)
                .POST(BodyPublishers.ofString(body)));
    }

    private Path file(String name) {
        return journey.gateway().routes().resolve(name);
    }

    private List<LogLine> refusals() {
        return journey.gateway().lines().stream()
                .filter(line -> line.text().contains(REFUSED))
                .toList();
    }
}
