package dev.journey.reload;

import static dev.journey.reload.Service.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import checkout.CheckoutGrpc;
import checkout.CheckoutRequest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.TestSocketUtils;

/** An application that answers HTTP requests, while its route files are saved. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=health,camel",
            "management.endpoint.health.show-components=always",
            "management.endpoint.health.show-details=always",
            "management.endpoint.health.group.readiness.include=routes",
            "camel.main.dev-console-enabled=true",
            "text=of the application",
            "first-path=/first"
        })
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class ReloadTest {

    // For a machine that is busy: what is tested is that it comes, not when.
    private static final Duration LIVE = Duration.ofSeconds(30);

    @TempDir
    static Path routes;

    @LocalServerPort
    private int port;

    @Autowired
    private CamelContext context;

    private Service service;

    @DynamicPropertySource
    static void routesDirectory(DynamicPropertyRegistry registry) throws IOException {
        Files.writeString(routes.resolve("first.camel.yaml"), route("first", "/first", "one"));
        registry.add("journey.routes-directory", routes::toString);
    }

    @BeforeEach
    void startOver() throws IOException {
        service = new Service(routes, port);
        service.clear();
        service.save("first.camel.yaml", route("first", "/first", "one"));
        service.awaitAnswer("/first", "one");
        await().atMost(LIVE).untilAsserted(() -> {
            assertThat(context.getRoutes()).hasSize(1);
            assertThat(health().path("state").asText()).isEqualTo("running");
        });
    }

    @Test
    void isLiveInUnderASecond() {
        service.save("first.camel.yaml", route("first", "/first", "warm"));
        service.awaitAnswer("/first", "warm");

        TreeSet<Long> millis = new TreeSet<>();
        for (int round = 0; round < 5; round++) {
            String answer = "round " + round;
            long start = System.nanoTime();
            service.save("first.camel.yaml", route("first", "/first", answer));
            service.awaitAnswer("/first", answer);
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }

        System.out.println("From save to live, in milliseconds: " + millis);
        assertThat(millis.first()).isLessThan(1000);
    }

    @Test
    void followsFilesThatComeMoveAndGo() throws IOException {
        service.save("second.camel.yaml", route("second", "/second", "two"));
        service.awaitAnswer("/second", "two");

        Files.move(routes.resolve("second.camel.yaml"), routes.resolve("renamed.camel.yaml"));
        service.save("first.camel.yaml", route("first", "/first", "moved on"));
        service.awaitAnswer("/first", "moved on");
        assertThat(service.get("/second")).isEqualTo("two");

        Files.delete(routes.resolve("renamed.camel.yaml"));
        service.awaitAnswer("/second", "status 404");
        assertThat(context.getRoutes()).hasSize(1);
    }

    @Test
    void followsFoldersThatComeMoveAndGo() throws IOException {
        service.save("folder/deeper/second.camel.yaml", route("second", "/second", "two"));
        service.awaitAnswer("/second", "two");
        service.save("folder/deeper/second.camel.yaml", route("second", "/second", "three"));
        service.awaitAnswer("/second", "three");

        Files.move(routes.resolve("folder"), routes.resolve("other"));
        service.save("other/deeper/second.camel.yaml", route("second", "/second", "four"));
        service.awaitAnswer("/second", "four");

        service.clear();
        service.save("first.camel.yaml", route("first", "/first", "alone"));
        service.awaitAnswer("/first", "alone");
        service.awaitAnswer("/second", "status 404");
    }

    // As Kubernetes does with a mounted ConfigMap.
    @Test
    void followsAVolumeWhoseLinkIsExchanged() throws IOException {
        service.save("..v1/second.camel.yaml", route("second", "/second", "two"));
        Files.createSymbolicLink(routes.resolve("..data"), Path.of("..v1"));
        Files.createSymbolicLink(routes.resolve("second.camel.yaml"), Path.of("..data", "second.camel.yaml"));
        service.awaitAnswer("/second", "two");

        service.save("..v2/second.camel.yaml", route("second", "/second", "three"));
        Files.createSymbolicLink(routes.resolve("..data_tmp"), Path.of("..v2"));
        Files.move(routes.resolve("..data_tmp"), routes.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        service.awaitAnswer("/second", "three");
        assertThat(context.getRoutes()).extracting("id").containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void leavesNothingOfAnIdOrAPathThatChanged() {
        service.save("first.camel.yaml", route("other", "/first", "renamed"));
        service.awaitAnswer("/first", "renamed");
        await().untilAsserted(() -> {
            assertThat(context.getRoutes()).extracting("id").containsExactly("other");
            assertThat(context.getRouteController().getRouteStatus("first")).isNull();
        });

        service.save("first.camel.yaml", route("other", "/elsewhere", "moved"));
        service.awaitAnswer("/elsewhere", "moved");
        service.awaitAnswer("/first", "status 404");
    }

    @Test
    void appliesAConfigurationThatRoutesShareToAllOfThem() {
        String failing = """
            - route:
                id: second
                from:
                  uri: platform-http:/second
                  steps:
                    - throwException: { exceptionType: java.lang.IllegalStateException, message: no }
            """;
        service.save("second.camel.yaml", failing);
        service.awaitAnswer("/second", "status 500");
        for (String answer : List.of("handled", "handled otherwise")) {
            service.save("errors.camel.yaml", """
                - routeConfiguration:
                    onException:
                      - onException:
                          exception: [java.lang.IllegalStateException]
                          handled: { constant: true }
                          steps:
                            - setBody: { constant: "%s" }
                """.formatted(answer));
            service.awaitAnswer("/second", answer);
        }
        service.routes().resolve("errors.camel.yaml").toFile().delete();
        service.awaitAnswer("/second", "status 500");
    }

    @Test
    void makesBeansAnew() {
        service.save("second.camel.yaml", """
            - route:
                id: second
                from:
                  uri: platform-http:/second
                  steps:
                    - bean: { ref: greeting, method: text }
            """);
        for (String text : List.of("hello", "good day")) {
            service.save("greeting.camel.yaml", """
                - beans:
                    - name: greeting
                      type: dev.journey.reload.ReloadTest$Greeting
                      properties: { text: %s }
                """.formatted(text));
            service.awaitAnswer("/second", text);
        }
        service.routes().resolve("greeting.camel.yaml").toFile().delete();
        awaitRefusal();
        assertThat(service.get("/second")).isEqualTo("good day");
    }

    @Test
    void resolvesPlaceholdersFromTheFilesAndThenFromTheApplication() {
        service.save("first.camel.yaml", route("first", "/first", "{{text}}"));
        service.awaitAnswer("/first", "of the application");
        service.save("values.properties", "text=of the file");
        service.awaitAnswer("/first", "of the file");
        service.save("values.properties", "text=\\u00zz");
        assertThat(awaitRefusal().path("file").asText()).endsWith("values.properties");
        assertThat(service.get("/first")).isEqualTo("of the file");
    }

    @Test
    void followsRestsAndTemplates() {
        for (String answer : List.of("one", "two")) {
            service.save("rest.camel.yaml", """
                - rest:
                    path: /rest
                    get:
                      - path: /answer
                        to: direct:rest
                - route:
                    id: rest
                    from:
                      uri: direct:rest
                      steps:
                        - setBody: { constant: "rest %s" }
                """.formatted(answer));
            service.awaitAnswer("/rest/answer", "rest " + answer);
            service.save("template.camel.yaml", """
                - routeTemplate:
                    id: answering
                    parameters:
                      - name: answer
                    from:
                      uri: platform-http:/template
                      steps:
                        - setBody: { constant: "template {{answer}}" }
                - templatedRoute:
                    routeTemplateRef: answering
                    routeId: templated
                    parameters:
                      - { name: answer, value: %s }
                """.formatted(answer));
            service.awaitAnswer("/template", "template " + answer);
        }
        assertThat(service.get("/rest/answer")).isEqualTo("rest two");
        service.save("first.camel.yaml", route("first", "/first", "changed"));
        service.awaitAnswer("/first", "changed");
        service.routes().resolve("template.camel.yaml").toFile().delete();
        service.routes().resolve("rest.camel.yaml").toFile().delete();
        service.awaitAnswer("/template", "status 404");
        service.awaitAnswer("/rest/answer", "status 404");
    }

    @Test
    void compilesJavaRoutes() {
        for (String answer : List.of("compiled", "compiled again")) {
            service.save("Second.java", """
                import org.apache.camel.builder.RouteBuilder;

                public class Second extends RouteBuilder {
                    @Override
                    public void configure() {
                        from("platform-http:/second").routeId("second").setBody(constant("%s"));
                    }
                }
                """.formatted(answer));
            service.awaitAnswer("/second", answer);
        }
    }

    @Test
    void leavesRoutesAloneWhoseFilesDidNotChange() {
        service.save("second.camel.yaml", route("second", "/second", "two"));
        service.awaitAnswer("/second", "two");
        var first = context.getRoute("first");

        service.save("second.camel.yaml", route("second", "/second", "three"));
        service.awaitAnswer("/second", "three");

        assertThat(context.getRoute("first")).isSameAs(first);
    }

    static Stream<Arguments> badSaves() {
        return Stream.of(
                Arguments.of("syntax", "bad.camel.yaml", "- route:\n    id: bad\n   from: x", 3, "expected"),
                Arguments.of("unknown root", "bad.camel.yaml", "- rout:\n    id: bad\n", 1, "rout"),
                Arguments.of("no list", "bad.camel.yaml", "hello: world\n", 0, "holds no route"),
                Arguments.of("empty", "bad.camel.yaml", " \n", 0, "empty"),
                Arguments.of("half-written", "bad.camel.yaml", "- route:\n    id: bad\n    from:\n      ur", 3, "ur"),
                Arguments.of("an extension of its own", "bad.yml", route("bad", "/bad", "x"), 0, ".camel.yaml"),
                Arguments.of("two dots", "bad.v2.camel.yaml", route("bad", "/bad", "x"), 0, "no other dot"),
                Arguments.of("unknown step", "bad.camel.yaml", step("setBdy: { constant: x }"), 6, "setBdy"),
                Arguments.of("unknown component", "bad.camel.yaml", step("to: nowhere:x"), 6, "nowhere"),
                Arguments.of("misspelt option", "bad.camel.yaml", step("to: log:x?showHeadrs=true"), 6, "showHeadrs"),
                Arguments.of("bad option value", "bad.camel.yaml", step("to: log:x?showHeaders=maybe"), 6, "maybe"),
                Arguments.of("misspelt input option", "bad.camel.yaml", """
                    - route:
                        id: bad
                        from:
                          uri: platform-http:/bad
                          parameters: { htpMethodRestrict: GET }
                          steps:
                            - log: x
                    """, 4, "htpMethodRestrict"),
                Arguments.of("step that is not one", "bad.camel.yaml", step("to: { urii: log:x }"), 6, "urii"),
                Arguments.of("placeholder", "bad.camel.yaml", step("to: log:{{missing}}"), 6, "missing"),
                Arguments.of("expression", "bad.camel.yaml", step("setBody: { simple: \"${bod\" }"), 6, "bod"),
                Arguments.of("bean that is not there", "bad.camel.yaml", step("bean: { ref: nobody }"), 6, "nobody"),
                Arguments.of("id twice", "worse.camel.yaml", route("first", "/bad", "x"), 4, "first"),
                Arguments.of("bean type", "bad.camel.yaml", bean("no.such.Type", "text: x"), 2, "no.such.Type"),
                Arguments.of(
                        "bean property",
                        "bad.camel.yaml",
                        bean("dev.journey.reload.ReloadTest$Greeting", "txt: x"),
                        2,
                        "txt"),
                Arguments.of("id twice, in Java", "Bad.java", """
                    import org.apache.camel.builder.RouteBuilder;

                    public class Bad extends RouteBuilder {
                        @Override
                        public void configure() {
                            from("direct:bad").routeId("kept").log("x");
                        }
                    }
                    """, 6, "kept.camel.yaml"),
                Arguments.of("Java that fails", "Bad.java", """
                    import org.apache.camel.builder.RouteBuilder;

                    public class Bad extends RouteBuilder {
                        @Override
                        public void configure() {
                            throw new IllegalStateException("no such shop");
                        }
                    }
                    """, 6, "no such shop"),
                Arguments.of("Java", "Bad.java", "public class Bad {\n  int number = \"x\";\n}\n", 2, "incompatible"));
    }

    private static String step(String step) {
        return """
            - route:
                id: bad
                from:
                  uri: platform-http:/bad
                  steps:
                    - %s
            """.formatted(step);
    }

    private static String bean(String type, String property) {
        return "- beans:\n    - name: greeting\n      type: " + type + "\n      properties: { " + property + " }\n";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badSaves")
    void refusesWhatCannotRun(String what, String file, String content, int line, String words, CapturedOutput output) {
        service.save("kept.camel.yaml", route("kept", "/kept", "kept"));
        service.awaitAnswer("/kept", "kept");
        service.save(file, content);
        service.save("first.camel.yaml", route("first", "/first", "not yet"));

        JsonNode details = awaitRefusal();
        String place = routes.resolve(file) + (line == 0 ? "" : ":" + line) + ": ";
        assertThat(output.getAll().lines().filter(text -> text.contains("The saved routes are refused")))
                .last()
                .asString()
                .contains("WARN", place, "The last good ones go on serving");
        assertThat(details.path("file").asText()).endsWith(file);
        assertThat(details.path("line").asInt()).isEqualTo(line);
        assertThat(details.path("reason").asText()).contains(words);
        assertThat(service.get("/first")).isEqualTo("one");
        assertThat(service.get("/bad")).isEqualTo("status 404");

        service.routes().resolve(file).toFile().delete();
        service.awaitAnswer("/first", "not yet");
        awaitRunning();
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws IOException {
        Files.write(
                routes.resolve("first.camel.yaml"),
                ("# \n" + route("first", "/first", "café")).getBytes(StandardCharsets.ISO_8859_1));
        JsonNode details = awaitRefusal();
        assertThat(details.path("reason").asText()).contains("UTF-8");
        assertThat(details.path("line").asInt()).isEqualTo(7);
        assertThat(service.get("/first")).isEqualTo("one");
    }

    @Test
    void refusesAFileThatCannotBeRead() throws IOException {
        Files.createSymbolicLink(routes.resolve("bad.camel.yaml"), routes.resolve("nowhere"));
        assertThat(awaitRefusal().path("file").asText()).endsWith("bad.camel.yaml");
        assertThat(service.get("/first")).isEqualTo("one");
    }

    @Test
    void refusesAFolderWithoutARoute() throws IOException {
        service.clear();
        assertThat(awaitRefusal().path("reason").asText()).contains("no route");
        assertThat(service.get("/first")).isEqualTo("one");
    }

    @Test
    void goesBackWhenAnEndpointCannotStart(CapturedOutput output) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            service.save("bad.camel.yaml", grpc(taken.getLocalPort(), "x"));
            service.save("first.camel.yaml", route("first", "/first?muteException=false", "not yet"));
            JsonNode details = awaitRefusal();
            assertThat(details.path("file").asText()).endsWith("bad.camel.yaml");
            assertThat(details.path("line").asInt()).isEqualTo(4);
            assertThat(details.path("reason").asText()).contains("" + taken.getLocalPort());
            service.awaitAnswer("/first", "one");
            assertThat(context.getRoutes()).extracting("id").containsExactly("first");
        }
        service.save("bad.camel.yaml", grpc(TestSocketUtils.findAvailableTcpPort(), "x"));
        service.awaitAnswer("/first", "not yet");
    }

    @Test
    void goesBackWhenSomeRoutesHaveBeenExchangedAlready() {
        service.save("second.camel.yaml", route("second", "/second", "two"));
        service.awaitAnswer("/second", "two");

        service.save("first.camel.yaml", route("first", "/first", "not yet"));
        service.save("second.camel.yaml", """
            - route:
                id: second
                from:
                  uri: platform-http:/second
                  steps:
                    - to: platform-http:/nobody-can-send-there
            """);

        JsonNode details = awaitRefusal();
        assertThat(details.path("file").asText()).endsWith("second.camel.yaml");
        assertThat(details.path("reason").asText()).contains("Producer is not supported");
        for (int request = 0; request < 10; request++) {
            assertThat(service.get("/first")).isEqualTo("one");
            assertThat(service.get("/second")).isEqualTo("two");
        }
        assertThat(context.getRoutes()).extracting("id").containsExactlyInAnyOrder("first", "second");

        service.save("second.camel.yaml", route("second", "/second", "three"));
        service.awaitAnswer("/second", "three");
        service.awaitAnswer("/first", "not yet");
    }

    @Test
    void movesAServerToAnotherHostOfItsPort() {
        int port = TestSocketUtils.findAvailableTcpPort();
        service.save("grpc.camel.yaml", grpc(port, "x"));
        await().until(() -> context.getRoute("grpc") != null);

        service.save("grpc.camel.yaml", grpc("0.0.0.0", port, "x"));

        await().atMost(LIVE)
                .until(() -> context.getRoute("grpc") != null
                        && context.getRoute("grpc")
                                .getEndpoint()
                                .getEndpointUri()
                                .contains("0.0.0.0"));
        assertThat(health().path("state").asText()).isEqualTo("running");
    }

    @Test
    void isDownWhileTheLastGoodRoutesCannotBeRestoredAndThenHeals(CapturedOutput output) throws IOException {
        int port = TestSocketUtils.findAvailableTcpPort();
        service.save("grpc.camel.yaml", grpc(port, "x"));
        await().until(() -> context.getRoute("grpc") != null);
        ServerSocket[] taken = {null};
        // Camel's own server lets go of its port a moment after it has stopped: a selector has a closed socket until
        // its next
        // turn.
        context.getRegistry().bind("taker", (Runnable) () -> taken[0] = await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .ignoreExceptionsInstanceOf(BindException.class)
                .until(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()), Objects::nonNull));
        try {
            // Another process takes the port just when the server leaves it.
            service.save("Taking.java", """
                import org.apache.camel.Exchange;
                import org.apache.camel.Processor;
                import org.apache.camel.builder.RouteBuilder;
                import org.apache.camel.support.service.ServiceSupport;

                public class Taking extends RouteBuilder {
                    @Override
                    public void configure() {
                        from("direct:taking").routeId("taking").process(new Taker());
                    }

                    class Taker extends ServiceSupport implements Processor {
                        @Override
                        public void process(Exchange exchange) {}

                        @Override
                        protected void doStart() {
                            getContext().getRegistry().lookupByNameAndType("taker", Runnable.class).run();
                        }
                    }
                }
                """);
            service.save("grpc.camel.yaml", grpc("0.0.0.0", port, "x"));

            await().atMost(LIVE).until(() -> service.get("/actuator/health/routes"), "status 503"::equals);
            assertThat(service.get("/actuator/health/readiness")).isEqualTo("status 503");
            assertThat(output.getAll().lines().filter(line -> line.contains("Not all of the last good ones serve")))
                    .last()
                    .asString()
                    .contains("ERROR", routes.resolve("grpc.camel.yaml") + ":4: ");
            assertThat(service.get("/first")).isEqualTo("one");
        } finally {
            if (taken[0] != null) {
                taken[0].close();
            }
            context.getRegistry().unbind("taker");
        }
        Files.delete(routes.resolve("Taking.java"));

        await().atMost(LIVE)
                .untilAsserted(() -> assertThat(health().path("state").asText()).isEqualTo("running"));
        assertThat(context.getRoutes()).extracting("id").containsExactlyInAnyOrder("first", "grpc");
    }

    private static String grpc(int port, String log) {
        return grpc("localhost", port, log);
    }

    private static String grpc(String host, int port, String log) {
        return """
            - route:
                id: grpc
                from:
                  uri: grpc:%s:%d/checkout.Checkout
                  steps:
                    - log: %s
                    - bean: { beanType: checkout.CheckoutResponse, method: getDefaultInstance }
            """.formatted(host, port, log);
    }

    @Test
    void finishesARequestByTheRouteThatTookIt() throws Exception {
        String waiting = """
            - route:
                id: first
                from:
                  uri: platform-http:/first
                  steps:
                    - delay: { expression: { simple: "${header.wait}" }, asyncDelayed: false }
                    - to: direct:last
            - route:
                id: last
                from:
                  uri: direct:last
                  steps:
                    - setBody: { constant: "%s" }
            """;
        service.save("first.camel.yaml", waiting.formatted("before"));
        service.awaitAnswer("/first?wait=0", "before");
        var inFlight = CompletableFuture.supplyAsync(() -> service.get("/first?wait=1500"));
        await().until(() -> context.getInflightRepository().size("first") == 1);

        // Neither the id nor the route that it has yet to call is there any more.
        service.save("first.camel.yaml", route("other", "/first", "after"));
        service.awaitAnswer("/first?wait=0", "after");

        assertThat(inFlight).isNotDone();
        assertThat(inFlight.get(30, TimeUnit.SECONDS)).isEqualTo("before");
        await().untilAsserted(
                        () -> assertThat(context.getInflightRepository().size()).isZero());
    }

    @Test
    void answersEveryCallOfAServerWhoseRouteIsSaved() throws Exception {
        int grpcPort = TestSocketUtils.findAvailableTcpPort();
        service.save("grpc.camel.yaml", grpc(grpcPort, "round 0"));
        await().until(() -> context.getRoute("grpc") != null);
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", grpcPort)
                .usePlaintext()
                .build();
        try {
            var stub = CheckoutGrpc.newBlockingStub(channel);
            for (int round = 1; round <= 5; round++) {
                var route = context.getRoute("grpc");
                service.save("grpc.camel.yaml", grpc(grpcPort, "round " + round));
                await().atMost(LIVE).pollInterval(Duration.ofMillis(5)).until(() -> {
                    assertThat(stub.doCheckout(CheckoutRequest.getDefaultInstance()))
                            .isNotNull();
                    return context.getRoute("grpc") != null && context.getRoute("grpc") != route;
                });
            }
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void saysInTheDevConsoleWhatRuns() throws IOException {
        service.save("first.camel.yaml", "- oops: {}\n");
        awaitRefusal();
        JsonNode console = new ObjectMapper().readTree(service.get("/actuator/camel/reload"));
        assertThat(console.findValue("state").asText()).isEqualTo("refused");
        assertThat(console.findValue("file").asText()).endsWith("first.camel.yaml");
    }

    @Test
    void answersEveryRequestWhileRoutesAreSaved() throws Exception {
        String slow = """
            - route:
                id: %s
                from:
                  uri: "platform-http:{{first-path}}"
                  steps:
                    - delay: { expression: { constant: 50 }, asyncDelayed: false }
                    - to: direct:answer
            - route:
                id: answer
                from:
                  uri: direct:answer
                  steps:
                    - setBody: { constant: "%s" }
            """;
        service.save("first.camel.yaml", slow.formatted("first", "round 0"));
        service.awaitAnswer("/first", "round 0");

        Queue<String> answers = answersDuring(answered -> {
            for (int round = 1; round <= 20; round++) {
                // Each third with another id, and each fourth with all routes exchanged.
                service.save("first.camel.yaml", slow.formatted("first-" + round / 3, "round " + round));
                service.save("values.properties", "value=" + round / 4);
                String answer = "round " + round;
                await().atMost(LIVE).until(() -> answered.contains(answer));
            }
        });

        assertThat(answers).hasSizeGreaterThan(100).allMatch(answer -> answer.startsWith("round "));
    }

    @Test
    void answersEveryRequestWhileOptionsOfTheInputAreSaved() throws Exception {
        Queue<String> answers = answersDuring(answered -> {
            for (int round = 1; round <= 20; round++) {
                String answer = "round " + round;
                service.save("first.camel.yaml", route("first", "/first?muteException=" + (round % 2 == 0), answer));
                await().atMost(LIVE).until(() -> answered.contains(answer));
            }
        });

        assertThat(answers)
                .hasSizeGreaterThan(100)
                .allMatch(answer -> answer.equals("one") || answer.startsWith("round "));
        assertThat(service.get("/actuator/camel/platform-http")).contains("/first\"");
    }

    /** What four callers are answered, from before the saves until they are live. */
    private Queue<String> answersDuring(Consumer<Queue<String>> saves) throws Exception {
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        AtomicBoolean stopped = new AtomicBoolean();
        ExecutorService callers = Executors.newFixedThreadPool(4);
        List<Future<?>> calls = IntStream.range(0, 4)
                .<Future<?>>mapToObj(caller -> callers.submit(() -> {
                    while (!stopped.get()) {
                        answers.add(service.get("/first"));
                    }
                }))
                .toList();
        try {
            saves.accept(answers);
        } finally {
            stopped.set(true);
            callers.shutdown();
        }
        for (Future<?> call : calls) {
            call.get(10, TimeUnit.SECONDS);
        }
        return answers;
    }

    private void awaitRunning() {
        await().atMost(LIVE)
                .untilAsserted(() -> assertThat(health().path("state").asText()).isEqualTo("running"));
    }

    private JsonNode awaitRefusal() {
        return await().atMost(LIVE)
                .until(this::health, health -> health.path("state").asText().equals("refused"));
    }

    private JsonNode health() {
        try {
            String answer = service.get("/actuator/health/routes");
            assertThat(answer).startsWith("{");
            JsonNode routes = new ObjectMapper().readTree(answer);
            assertThat(routes.path("status").asText()).isEqualTo("UP");
            return routes.path("details");
        } catch (IOException exception) {
            throw new IllegalStateException(exception);
        }
    }

    /** A bean of the route files. */
    public static class Greeting {

        private String text;

        public String getText() {
            return text;
        }

        public void setText(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {}
}
