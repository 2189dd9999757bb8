package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Route files that are edited while the services run. */
@ExtendWith(JourneyExtension.class)
class ReloadIT {

    private static final Duration LIVE = Duration.ofSeconds(5);
    private static final int RELOADS = 20;
    private static final int CALLERS = 4;
    private static final String RUNNING = "The saved routes run now";
    private static final String REFUSED = "The saved routes are refused: ";
    private static final String RESTORED = "The saved routes are again those that run";

    private final Journey journey;
    private final List<Runnable> undo = new ArrayList<>();

    ReloadIT(Journey journey) {
        this.journey = journey;
    }

    @BeforeEach
    void recover() throws Exception {
        journey.recover();
    }

    @AfterEach
    void undoEdits() {
        undo.forEach(Runnable::run);
    }

    @Test
    void aPriceThatIsAddedToTheCatalogueIsLive() throws Exception {
        assertThat(journey.client().checkoutOf("{\"itemsID\":[5]}").statusCode())
                .isEqualTo(422);

        edit(journey.checkout(), "catalogue.camel.yaml", "4: 387", "4: 387\n          5: 100");

        await("the new item").atMost(LIVE).untilAsserted(() -> assertThat(
                        journey.client().checkoutOf("{\"itemsID\":[5]}").statusCode())
                .isEqualTo(202));
    }

    @ParameterizedTest
    @CsvSource({
        "gateway, checkout.camel.yaml, unmarshal:, unmarshall:, Unknown node id: unmarshall",
        "gateway, checkout.camel.yaml, synchronous: true, sinchronous: true, sinchronous",
        "gateway, problems.camel.yaml, onException:, on, problems.camel.yaml",
        "checkout, checkout.camel.yaml, grpc:{{address, gprc:{{address, gprc",
        "checkout, catalogue.camel.yaml, 1: 199, 1: much, catalogue.camel.yaml",
        "checkout, checkout.camel.yaml, ref: catalogue, ref: [, checkout.camel.yaml",
        "stock, checkout-processed.camel.yaml, '{{amqp.queue}}', '{{amqp.quue}}', amqp.quue"
    })
    void aBadSaveIsNamedAndChangesNothing(String service, String file, String good, String bad, String named)
            throws Exception {
        Application application = application(service);
        int refused = count(application, REFUSED);
        int restored = count(application, RESTORED);

        edit(application, file, good, bad);
        await("a refusal").atMost(LIVE).until(() -> count(application, REFUSED) > refused);

        assertThat(last(application, REFUSED))
                .contains(file + ":")
                .contains(named)
                .contains(" WARN ");
        HttpResponse<String> response = journey.client().checkout();
        assertThat(response.statusCode()).isEqualTo(202);
        JourneyExpectation.assertJourney(journey.spans().awaitTrace(GatewayClient.traceId(response), 5));

        undoEdits();
        undo.clear();
        await("the good file again").atMost(LIVE).until(() -> count(application, RESTORED) > restored);
    }

    @Test
    void aReloadUnderLoadLosesNothing() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        List<HttpResponse<String>> responses = new ArrayList<>();
        try {
            Callable<List<HttpResponse<String>>> caller = () -> {
                List<HttpResponse<String>> answers = new ArrayList<>();
                while (!done.get()) {
                    answers.add(journey.client().checkout());
                }
                return answers;
            };
            List<Future<List<HttpResponse<String>>>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                calls.add(callers.submit(caller));
            }
            for (int i = 0; i < RELOADS; i++) {
                Application application = journey.applications().get(i % 3);
                int running = count(application, RUNNING);
                touch(application, i);
                await("reload " + i).atMost(LIVE).until(() -> count(application, RUNNING) > running);
            }
            done.set(true);
            for (Future<List<HttpResponse<String>>> call : calls) {
                responses.addAll(call.get());
            }
        } finally {
            done.set(true);
            callers.shutdownNow();
        }

        assertThat(responses).hasSizeGreaterThan(RELOADS).allSatisfy(response -> assertThat(response.statusCode())
                .as(response.body())
                .isEqualTo(202));
        List<String> traces = responses.stream().map(GatewayClient::traceId).toList();
        await("the spans of all checkouts").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(traces)
                .allSatisfy(id -> assertThat(journey.spans().trace(id).spans()).hasSize(5)));
        traces.forEach(id -> JourneyExpectation.assertJourney(journey.spans().trace(id)));
    }

    @Test
    void aServiceWithoutAFolderRunsTheRoutesInItsJar() throws Exception {
        for (Application application : journey.applications()) {
            application.stop();
            application.startFromJar();
        }
        journey.applications().forEach(Application::awaitReady);
        try {
            HttpResponse<String> response = journey.client().checkout();

            assertThat(response.statusCode()).isEqualTo(202);
            JourneyExpectation.assertJourney(journey.spans().awaitTrace(GatewayClient.traceId(response), 5));
        } finally {
            for (Application application : journey.applications()) {
                application.stop();
            }
            journey.recover();
        }
    }

    private void edit(Application application, String name, String from, String to) throws Exception {
        Path file = application.routes().resolve(name);
        String content = Files.readString(file);
        assertThat(content).contains(from);
        undo.add(() -> write(file, content));
        write(file, content.replace(from, to));
    }

    /** A change to the file that has the service's route, which is another file with the same route. */
    private void touch(Application application, int number) throws Exception {
        String name = application.service().equals("stock") ? "checkout-processed.camel.yaml" : "checkout.camel.yaml";
        Path file = application.routes().resolve(name);
        String content = Files.readString(file);
        if (number < 3) {
            undo.add(() -> write(file, content));
        }
        write(file, content + "# edit " + number + "\n");
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    private Application application(String service) {
        return journey.applications().stream()
                .filter(application -> application.service().equals(service))
                .findFirst()
                .orElseThrow();
    }

    private static int count(Application application, String words) {
        return (int) application.lines().stream()
                .filter(line -> line.text().contains(words))
                .count();
    }

    private static String last(Application application, String words) {
        List<LogLine> lines = application.lines().stream()
                .filter(line -> line.text().contains(words))
                .toList();
        return lines.get(lines.size() - 1).text();
    }
}
