package dev.journey.test;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Route files that are edited while the services run. */
@ExtendWith(JourneyExtension.class)
class ReloadIT {

    private static final Duration LIVE = Duration.ofSeconds(30);
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

    @Test
    void aFileThatMovesToASubFolderAndAPlaceholderFileAreLive() throws Exception {
        Path file = journey.checkout().routes().resolve("catalogue.camel.yaml");
        Path moved = journey.checkout().routes().resolve("prices").resolve("of-today.camel.yaml");
        String content = Files.readString(file);
        Path limits = journey.checkout().routes().resolve("limits.properties");
        undo.add(() -> {
            delete(limits);
            delete(moved);
            delete(moved.getParent());
            write(file, content);
        });

        Files.createDirectory(moved.getParent());
        Files.move(file, moved);
        write(moved, content.replace("4: 387", "6: 1"));
        write(limits, "checkout.most-items=2\n");

        await("the moved catalogue").atMost(LIVE).untilAsserted(() -> assertThat(
                        journey.client().checkoutOf("{\"itemsID\":[6]}").statusCode())
                .isEqualTo(202));
        assertThat(journey.client().checkoutOf("{\"itemsID\":[4]}").statusCode())
                .isEqualTo(422);
        assertThat(journey.client().checkoutOf("{\"itemsID\":[1,2,3]}").statusCode())
                .isEqualTo(400);
    }

    /** @param saved what is in the file from its former content; null makes it a link to nowhere */
    private record BadSave(String what, String service, String file, BadContent saved, String named) {

        @Override
        public String toString() {
            return what + " in " + service;
        }
    }

    private interface BadContent {

        byte[] of(String former);
    }

    private static BadContent replacing(String good, String bad) {
        return former -> {
            assertThat(former).contains(good);
            return bytes(former.replace(good, bad));
        };
    }

    private static BadContent route(String id, String from) {
        return former -> bytes("""
            - route:
                id: %s
                description: A second one
                from:
                  uri: "%s"
                  steps:
                    - log: { message: taken }
            """.formatted(id, from));
    }

    private static byte[] bytes(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    private static BadSave bad(String what, String service, String file, BadContent saved, String named) {
        return new BadSave(what, service, file + ".camel.yaml", saved, named);
    }

    static Stream<BadSave> badSaves() {
        String port = "grpc:0.0.0.0:{{address.grpc.port}}/checkout.Checkout";
        return Stream.of(
                bad("a step", "gateway", "checkout", replacing("unmarshal:", "unmarshall:"), "unmarshall"),
                bad(
                        "an option",
                        "gateway",
                        "checkout",
                        replacing("synchronous: true", "sinchronous: true"),
                        "sinchron"),
                bad("a list", "gateway", "problems", replacing("onException:", "on"), ""),
                bad("an id twice", "gateway", "second", route("gateway-checkout", "platform-http:/x"), "is taken"),
                bad("no routes", "gateway", "checkout", former -> bytes("\n"), "it is empty"),
                bad("Latin 1", "gateway", "checkout", former -> ("# é\n" + former).getBytes(ISO_8859_1), "UTF-8"),
                bad("a link to nowhere", "gateway", "checkout", former -> null, "cannot be read"),
                bad("a component", "checkout", "checkout", replacing("grpc:{{address", "gprc:{{address"), "gprc"),
                bad("a price", "checkout", "catalogue", replacing("1: 199", "1: much"), ""),
                bad("syntax", "checkout", "checkout", replacing("ref: catalogue", "ref: ["), ""),
                bad("a taken port", "checkout", "second", route("checkout-second", port), "Failed to bind"),
                bad("half a file", "stock", "checkout-processed", former -> bytes(former.substring(0, 250)), ""),
                bad("a placeholder", "stock", "checkout-processed", replacing("amqp.queue}}", "amqp.quue}}"), "quue"));
    }

    @Tag("any-broker")
    @ParameterizedTest
    @MethodSource("badSaves")
    void aBadSaveIsNamedAndChangesNothing(BadSave save) throws Exception {
        assertRefused(save);
    }

    @Test
    @Tag("rabbitmq")
    void aQueueThatCannotBeDeclaredChangesNothing() throws Exception {
        assertRefused(bad(
                "a queue",
                "stock",
                "checkout-processed",
                replacing("autoDeclare: false", "autoDeclare: true\n        arg.queue.durable: false"),
                "inequivalent arg 'durable'"));
    }

    private void assertRefused(BadSave save) throws Exception {
        Application application = application(save.service());
        int refused = count(application, REFUSED);
        int restored = count(application, RESTORED);
        Path file = application.routes().resolve(save.file());
        String former = Files.exists(file) ? Files.readString(file) : null;
        byte[] content = save.saved().of(former);
        undo.add(() -> {
            delete(file);
            if (former != null) {
                write(file, former);
            }
        });

        if (content == null) {
            Files.delete(file);
            Files.createSymbolicLink(file, file.resolveSibling("nowhere"));
        } else {
            Files.write(file, content);
        }
        await("a refusal").atMost(LIVE).until(() -> count(application, REFUSED) > refused);

        assertThat(last(application, REFUSED))
                .contains(save.file() + ":")
                .contains(save.named())
                .contains(" WARN ");
        assertThat(application.management("/actuator/health/readiness"))
                .contains("\"status\":\"UP\"", "\"state\":\"refused\"", save.file());
        HttpResponse<String> response = journey.client().checkout();
        assertThat(response.statusCode()).isEqualTo(202);
        JourneyExpectation.assertJourney(journey.spans().awaitTrace(GatewayClient.traceId(response), 5));

        undoEdits();
        undo.clear();
        await("the good file again").atMost(LIVE).until(() -> count(application, RESTORED) > restored);
        assertThat(application.management("/actuator/health/readiness")).contains("\"state\":\"running\"");
    }

    @Tag("any-broker")
    @ParameterizedTest
    @ValueSource(strings = {"gateway", "checkout", "stock"})
    void aServiceDoesNotStartOnABadFileAndSaysWhichLine(String service) throws Exception {
        Application application = application(service);
        application.stop();
        Path bad = application.routes().resolve("bad.camel.yaml");
        undo.add(() -> delete(bad));
        write(bad, "- rout:\n    id: bad\n");

        application.start();

        assertThat(application.awaitEnd()).isEqualTo(1);
        assertThat(last(application, "The routes are refused: ")).contains(bad + ":1: Unknown node id: rout");
    }

    @Test
    void aReloadUnderLoadLosesNothing() throws Exception {
        assertNothingIsLostDuring(RELOADS, this::touch);
    }

    @Test
    void aChangeOfTheInputsOptionsUnderLoadLosesNothing() throws Exception {
        Map<String, UnaryOperator<String>> options = Map.of(
                "gateway",
                        route -> route.replace(
                                "      parameters:\n        path:",
                                "      parameters:\n        muteException: false\n        path:"),
                "checkout",
                        route -> route.replace(
                                "/checkout.Checkout\"", "/checkout.Checkout?maxConcurrentCallsPerConnection=100\""),
                "stock", route -> route.replace("\"{{amqp.prefetch-count}}\"", "31"));
        Map<Application, String> shipped = new HashMap<>();
        for (Application application : journey.applications()) {
            String route = Files.readString(routeFile(application));
            assertThat(options.get(application.service()).apply(route)).isNotEqualTo(route);
            shipped.put(application, route);
            undo.add(() -> write(routeFile(application), route));
        }

        assertNothingIsLostDuring(RELOADS, (application, number) -> {
            String route = shipped.get(application);
            write(
                    routeFile(application),
                    number / 3 % 2 == 0 ? options.get(application.service()).apply(route) : route);
        });
    }

    /** A save a time, of each service in turn, while checkouts go on. */
    private void assertNothingIsLostDuring(int saves, Save save) throws Exception {
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
            for (int i = 0; i < saves; i++) {
                Application application = journey.applications().get(i % 3);
                int running = count(application, RUNNING);
                save.of(application, i);
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

        assertThat(responses).hasSizeGreaterThan(saves).allSatisfy(response -> assertThat(response.statusCode())
                .as(response.body())
                .isEqualTo(202));
        List<String> traces = responses.stream().map(GatewayClient::traceId).toList();
        await("the spans of all checkouts").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(traces)
                .allSatisfy(id -> assertThat(journey.spans().trace(id).spans()).hasSize(5)));
        traces.forEach(id -> JourneyExpectation.assertJourney(journey.spans().trace(id)));
    }

    /** Saves the file of a service's route. */
    private interface Save {

        void of(Application application, int number) throws Exception;
    }

    @Tag("any-broker")
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
        Path file = routeFile(application);
        String content = Files.readString(file);
        if (number < 3) {
            undo.add(() -> write(file, content));
        }
        write(file, content + "# edit " + number + "\n");
    }

    private static Path routeFile(Application application) {
        String name = application.service().equals("stock") ? "checkout-processed.camel.yaml" : "checkout.camel.yaml";
        return application.routes().resolve(name);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
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
