package dev.journey.validator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of fault, by the line that it is on, and nothing where there is none. */
class ValidateRoutesTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

    // It takes its time to read the schema.
    private static final RouteValidator VALIDATOR = new RouteValidator(ROOT);

    private static final String HEAD = """
            - route:
                id: stock-test
                description: A test
                from:
                  uri: direct:test
                  steps:
            """;
    private static final int FIRST_STEP = 7;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path routes;

    @BeforeEach
    void createFolder() throws IOException {
        routes = Files.createDirectory(folder.resolve("stock"));
    }

    @Test
    void theShippedRoutesAreClean() {
        int code = ValidateRoutes.run(ROOT, List.of(), print(out), print(err));

        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(code).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("nothing wrong");
    }

    static Stream<Arguments> steps() {
        return Stream.of(
                step("an unknown step", "- setBdy: { simple: x }", 0, "'setBdy' is not known; did you mean setBody?"),
                step(
                        "an unknown option of a step",
                        "- log: { message: x, logingLevel: WARN }",
                        0,
                        "'logingLevel' is not known in 'log'; did you mean loggingLevel?"),
                step(
                        "the option's own line",
                        "- log:\n    message: x\n    logingLevel: WARN",
                        2,
                        "'logingLevel' is not known in 'log'"),
                step("a value of the wrong kind", "- to:\n    - direct:x", 0, "'to' must be a text or a mapping"),
                step(
                        "a value that is none of its list",
                        "- unmarshal: { json: { library: Jakson } }",
                        0,
                        "'library' must be one of Fastjson, Gson, Jackson, Jsonb"),
                step("a missing name", "- setHeader: { constant: x }", 0, "'name' is missing in 'setHeader'"),
                step(
                        "two steps in one",
                        "- setBody: { constant: x }\n  log: y",
                        0,
                        "there is more than one in one list item (log, setBody)"),
                step(
                        "two expressions",
                        "- setBody: { constant: x, simple: y }",
                        0,
                        "these do not go together in 'setBody': constant, simple"),
                step("a data format that is none", "- unmarshal: { jsn: {} }", 0, "did you mean json?"),
                step(
                        "a key that is there twice",
                        "- log:\n    message: x\n    message: y",
                        2,
                        "'message' is here twice"),
                step("an unknown component", "- to: drect:x", 0, "there is no component 'drect'; did you mean direct?"),
                step(
                        "a component that the service does not have",
                        "- to: \"kafka:{{amqp.queue}}\"",
                        0,
                        "the component 'kafka' is not in this service; add camel-kafka-starter to stock-app/pom.xml"),
                step(
                        "an unknown option of an endpoint, in parameters",
                        "- to:\n    uri: log:x\n    parameters:\n      showAl: true",
                        3,
                        "the component 'log' has no option 'showAl'; did you mean showAll?"),
                step("the same in the uri", "- to:\n    uri: log:x?showAl=true", 1, "has no option 'showAl'"),
                step(
                        "no boolean",
                        "- to: { uri: \"log:x\", parameters: { showAll: yes } }",
                        0,
                        "the option 'showAll' must be true or false, and is 'yes'"),
                step("no number", "- to: log:x?groupSize=many", 0, "'groupSize' must be a whole number"),
                step(
                        "none of the option's values",
                        "- to: log:x?level=LOUD",
                        0,
                        "'level' must be one of TRACE, DEBUG, INFO, WARN, ERROR, OFF"),
                step(
                        "an option of the other side",
                        "- to: \"spring-rabbitmq:{{amqp.exchange}}?autoDeclare=true\"",
                        0,
                        "'autoDeclare' has no effect on 'to: spring-rabbitmq'"),
                step("a part of the uri that is missing", "- to: log", 0, "'loggerName' is missing"),
                step(
                        "an exchange that is written out",
                        "- to: \"spring-rabbitmq:orders?routingKey={{amqp.routing-key}}\"",
                        0,
                        "the exchangeName is written out as 'orders'; make it a placeholder such as {{stock.exchange-name}}"),
                step(
                        "a routing key that is written out, in parameters",
                        "- to:\n    uri: \"spring-rabbitmq:{{amqp.exchange}}\"\n    parameters:\n"
                                + "      exchangePattern: InOnly\n      routingKey: orders",
                        4,
                        "the routingKey is written out as 'orders'"),
                step(
                        "a placeholder with a default",
                        "- to: \"spring-rabbitmq:{{amqp.exchange:orders}}\"",
                        0,
                        "the exchangeName is written out as '{{amqp.exchange:orders}}'"),
                step(
                        "an address that is half a placeholder",
                        "- to: \"spring-rabbitmq:{{amqp.exchange}}-orders\"",
                        0,
                        "the exchangeName is written out"),
                step(
                        "an address in an expression",
                        "- recipientList: { constant: \"direct:x,spring-rabbitmq:orders\" }",
                        0,
                        "the exchangeName is written out as 'orders'"),
                step(
                        "a placeholder that nothing sets",
                        "- log: \"{{amqp.quue}}\"",
                        0,
                        "nothing sets {{amqp.quue}}; add it to stock-app/src/main/resources/application.yaml"),
                step(
                        "the same, in a text of many lines",
                        "- setBody:\n    constant: |\n      one\n      {{amqp.quue}}",
                        3,
                        "nothing sets {{amqp.quue}}"),
                step(
                        "Simple that does not parse",
                        "- setBody: { simple: \"${body\" }",
                        0,
                        "Simple cannot read '${body'"),
                step(
                        "a predicate that does not parse",
                        "- filter:\n    simple: \"${header.x} =! 3\"\n    steps:\n      - log: x",
                        1,
                        "Simple cannot read '${header.x} =! 3'"),
                step("a message that does not parse", "- log: \"${boddy}\"", 0, "Simple cannot read '${boddy}'"),
                step(
                        "a step's id that is taken",
                        "- log: { id: a, message: x }\n- log: { id: a, message: y }",
                        1,
                        "the id 'a' is taken, in bad.camel.yaml:7"));
    }

    private static Arguments step(String name, String yaml, int line, String words) {
        return Arguments.of(name, "bad.camel.yaml", HEAD + yaml.indent(8), FIRST_STEP + line, words);
    }

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("no list", "bad.camel.yaml", "route:\n  id: x\n", 1, "a file is a list"),
                Arguments.of("no YAML", "bad.camel.yaml", "- route:\n    id: [\n", 3, "this is not YAML"),
                Arguments.of("an unknown root", "bad.camel.yaml", "# x\n- rout: {}\n", 2, "did you mean route?"),
                Arguments.of("an empty file", "bad.camel.yaml", "", 1, "it is empty"),
                Arguments.of("nothing but a comment", "bad.camel.yaml", "# x\n", 1, "it holds nothing"),
                Arguments.of("an empty list", "bad.camel.yaml", "# x\n[]\n", 2, "it holds nothing"),
                Arguments.of("a name that is not read", "bad.yml", HEAD, 1, "name it .camel.yaml"),
                Arguments.of("a second dot", "bad.v2.camel.yaml", HEAD, 1, "no other dot"),
                Arguments.of(
                        "no id",
                        "bad.camel.yaml",
                        "- route:\n    description: x\n    from: { uri: \"direct:a\", steps: [{ log: x }] }\n",
                        1,
                        "this route has no id; begin it with 'stock-'"),
                Arguments.of(
                        "an id without the service's name",
                        "bad.camel.yaml",
                        HEAD.replace("stock-test", "test") + "        - log: x\n",
                        2,
                        "the id 'test' must begin with 'stock-'"),
                Arguments.of(
                        "no description",
                        "bad.camel.yaml",
                        "- route:\n    id: stock-x\n    from: { uri: \"direct:a\", steps: [{ log: x }] }\n",
                        1,
                        "this route has no description; say what it is for"),
                Arguments.of(
                        "a route configuration without a description",
                        "bad.camel.yaml",
                        "- routeConfiguration:\n    intercept:\n      - intercept: { steps: [{ log: x }] }\n",
                        1,
                        "this routeConfiguration has no description"),
                Arguments.of(
                        "a route without 'route'",
                        "bad.camel.yaml",
                        "- from: { uri: \"direct:a\", steps: [{ log: x }] }\n",
                        1,
                        "this route has no id and no description; put it under 'route:'"),
                Arguments.of(
                        "a port of a rest configuration",
                        "bad.camel.yaml",
                        "- restConfiguration:\n    port: 8080\n",
                        2,
                        "the port is written out as '8080'"),
                Arguments.of(
                        "a queue that is written out",
                        "bad.camel.yaml",
                        HEAD.replace(
                                        "uri: direct:test",
                                        "uri: \"spring-rabbitmq:{{amqp.exchange}}\"\n      parameters:\n        queues: q")
                                + "        - log: x\n",
                        7,
                        "the queues is written out as 'q'"),
                Arguments.of("malformed properties", "bad.properties", "a=\\u00", 1, "these are no properties"),
                Arguments.of(
                        "Java that does not compile",
                        "Bad.java",
                        java("        int number = \"text\";"),
                        6,
                        "it does not compile: incompatible types: java.lang.String cannot be converted to int"),
                Arguments.of(
                        "a Java route without an id",
                        "Bad.java",
                        java("        from(\"direct:a\").routeDescription(\"A\").log(\"x\");"),
                        6,
                        "this route has no routeId; begin it with 'stock-'"),
                Arguments.of(
                        "a Java route without a description",
                        "Bad.java",
                        java("        from(\"direct:a\").routeId(\"stock-a\").log(\"x\");"),
                        6,
                        "this route has no routeDescription"),
                Arguments.of(
                        "a Java route whose id has another prefix",
                        "Bad.java",
                        java("        from(\"direct:a\").routeId(\"a\").routeDescription(\"A\").log(\"x\");"),
                        6,
                        "the id 'a' must begin with 'stock-'"),
                Arguments.of(
                        "an address in Java",
                        "Bad.java",
                        java("        from(\"direct:a\").routeId(\"stock-a\").routeDescription(\"A\")\n"
                                + "            .to(\"spring-rabbitmq:orders\"\n"
                                + "                + \"?routingKey={{amqp.queue}}\");"),
                        7,
                        "the exchangeName is written out as 'orders'"),
                Arguments.of(
                        "Simple in Java",
                        "Bad.java",
                        java("        from(\"direct:a\").routeId(\"stock-a\").routeDescription(\"A\")\n"
                                + "            .setBody(simple(\"${body\"));"),
                        7,
                        "Simple cannot read '${body'"));
    }

    private static String java(String body) {
        return "import org.apache.camel.builder.RouteBuilder;\n\npublic class Bad extends RouteBuilder {\n    @Override\n"
                + "    public void configure() {\n" + body + "\n    }\n}\n";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"steps", "files"})
    void aFaultIsNamedWithItsLineAndNothingElseIs(String name, String file, String content, int line, String words)
            throws IOException {
        Path path = write(file, content);

        assertThat(faults())
                .singleElement()
                .asString()
                .startsWith(path + ":" + line + ": ")
                .contains(words);
    }

    @Test
    void allFaultsAreToldAtOnce() throws IOException {
        Path first = write("a.camel.yaml", HEAD + "        - setBdy: x\n        - to: drect:x\n");
        Path second = write("b.camel.yaml", HEAD.replace("direct:test", "direct:b") + "        - to: log:x?bogus=1\n");

        assertThat(faults())
                .hasSize(4)
                .satisfiesExactly(
                        fault -> assertThat(fault).startsWith(first + ":7: ").contains("'setBdy'"),
                        fault -> assertThat(fault).startsWith(first + ":8: ").contains("'drect'"),
                        fault -> assertThat(fault)
                                .startsWith(second + ":2: ")
                                .contains("the id 'stock-test' is taken, in a.camel.yaml:2"),
                        fault -> assertThat(fault).startsWith(second + ":7: ").contains("'bogus'"));
    }

    @Test
    void aFileThatIsNotUtf8IsNamedWithTheLine() throws IOException {
        Path path = routes.resolve("bad.camel.yaml");
        Files.write(path, "# one\n# caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(faults()).singleElement().asString().startsWith(path + ":2: it is not UTF-8");
    }

    @Test
    void aSecretThatIsWrittenOutIsNotShown() throws IOException {
        routes = Files.createDirectory(folder.resolve("gateway"));
        write(
                "bad.camel.yaml",
                HEAD.replace("stock", "gateway")
                        + "        - to: \"grpc:{{address.checkout.host}}:{{address.checkout.port}}/checkout.Checkout"
                        + "?method=DoCheckout&jwtSecret=hunter2\"\n");

        assertThat(faults())
                .singleElement()
                .asString()
                .contains(":7: the jwtSecret is written out; make it a placeholder")
                .doesNotContain("hunter2");
    }

    @Test
    void whatIsRightIsNotTold() throws IOException {
        write("more.properties", "stock.audit = audit\n");
        write("good.camel.yaml", """
                - route:
                    id: stock-good
                    description: What could be taken for a fault
                    from:
                      uri: spring-rabbitmq
                      parameters:
                        exchangeName: "{{amqp.exchange}}"
                        queues: "{{amqp.queue}},{{stock.audit}}"
                        autoDeclare: "{{?stock.declare}}"
                        deadLetterQueue: "{{env:DEAD_LETTERS}}"
                      steps:
                        - setHeader: { name: number, constant: 202 }
                        - setBody: { simple: "${bean:anything?method=x} costs {{amqp.mostItems:3}}" }
                        - unmarshal: { json: { autoDiscoverObjectMapper: true, prettyPrint: "{{env:PRETTY}}" } }
                        - filter:
                            simple: "${body} contains 'x' && ${header.number} range '1..3'"
                            steps:
                              - stop: {}
                        - toD: "spring-rabbitmq:{{amqp.exchange}}?routingKey=${header.key}&exchangePattern=InOnly"
                        - to: { uri: "log:audit", parameters: { showAll: true, groupInterval: 5000 } }
                        - bean: { ref: x, method: "y('id', 5)" }
                """.replace("{{amqp.mostItems:3}}", "3"));
        write("sub/Good.java", """
                import org.apache.camel.builder.RouteBuilder;

                public class Good extends RouteBuilder {
                    @Override
                    public void configure() {
                        String name = System.getProperty("name");
                        from("direct:" + name).routeId("stock-java").routeDescription("Good").to("log:x");
                    }
                }
                """);

        assertThat(faults()).isEmpty();
    }

    @Test
    void aFileOfNoServiceIsNamed() throws IOException {
        Path file = write("../x.camel.yaml", HEAD);

        assertThat(ValidateRoutes.run(folder, List.of(), print(out), print(err)))
                .isEqualTo(2);
        Path stray =
                Files.move(file, Files.createDirectory(folder.resolve("routes")).resolve("x.camel.yaml"));
        assertThat(ValidateRoutes.run(folder, List.of(), print(out), print(err)))
                .isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith(folder.relativize(stray) + ":1: no service reads this file");
    }

    @Test
    void faultsArePrintedByFileAndLine() throws IOException {
        Path file = write("bad.camel.yaml", HEAD + "        - to: drect:x\n");

        assertThat(ValidateRoutes.run(ROOT, List.of(folder), print(out), print(err)))
                .isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(file + ":7: there is no component 'drect'; did you mean direct?\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("1 files, 1 faults\n");
    }

    @Test
    void whatCannotBeCheckedIsNoFault() {
        assertThat(ValidateRoutes.run(ROOT, List.of(folder.resolve("none")), print(out), print(err)))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("is not a folder");
    }

    private Path write(String name, String content) throws IOException {
        Path file = routes.resolve(name).normalize();
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private List<String> faults() throws IOException {
        Findings findings = new Findings();
        VALIDATOR.check(routes, findings);
        return findings.all().stream()
                .map(finding -> finding.file() + ":" + finding.line() + ": " + finding.message())
                .toList();
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }
}
