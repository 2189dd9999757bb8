package dev.journey.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** The start of an application, with good and with bad files. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class StartTest {

    @TempDir
    private Path routes;

    private ConfigurableApplicationContext start(String... properties) {
        return new SpringApplicationBuilder(Application.class)
                .properties("server.port=0")
                .properties(properties)
                .run();
    }

    @Test
    void failsOnABadFileAndSaysWhichLine(CapturedOutput output) throws IOException {
        Files.writeString(routes.resolve("good.camel.yaml"), Service.route("good", "/good", "x"));
        Files.writeString(routes.resolve("bad.camel.yaml"), "- rout:\n    id: bad\n");

        assertThatThrownBy(() -> start("journey.routes-directory=" + routes));

        assertThat(output)
                .contains(
                        "APPLICATION FAILED TO START", routes.resolve("bad.camel.yaml") + ":1: Unknown node id: rout");
    }

    @Test
    void findsThePlaceholdersOfTheFolder() throws IOException {
        Files.writeString(routes.resolve("first.camel.yaml"), Service.route("first", "{{first-path}}", "x"));
        Files.writeString(routes.resolve("Second.java"), """
            import org.apache.camel.builder.RouteBuilder;

            public class Second extends RouteBuilder {
                @Override
                public void configure() {
                    from("direct:{{second-name}}").routeId("second").log(getContext().resolvePropertyPlaceholders("{{second-name}}"));
                }
            }
            """);
        Files.writeString(routes.resolve("values.properties"), "first-path=/first\nsecond-name=second\n");

        try (ConfigurableApplicationContext context = start("journey.routes-directory=" + routes)) {
            assertThat(context.getBean(CamelContext.class).getRoutes())
                    .extracting("id")
                    .containsExactlyInAnyOrder("first", "second");
        }
    }

    @Test
    void failsOnAnEmptyFolder(CapturedOutput output) {
        assertThatThrownBy(() -> start("journey.routes-directory=" + routes));

        assertThat(output).contains("APPLICATION FAILED TO START", routes + ": there is no route in this folder");
    }

    @Test
    void failsWhenAnEndpointCannotStart(CapturedOutput output) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(routes.resolve("bad.camel.yaml"), """
                - route:
                    id: bad
                    from:
                      uri: grpc:localhost:%d/checkout.Checkout
                      steps:
                        - log: x
                """.formatted(taken.getLocalPort()));

            assertThatThrownBy(() -> start("journey.routes-directory=" + routes));

            assertThat(output)
                    .containsPattern("ERROR .*The routes do not start: .*bad.camel.yaml:4: .*" + taken.getLocalPort());
        }
    }

    @Test
    void isNotThereWithoutAFolder() {
        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.getBeansOfType(RouteReload.class)).isEmpty();
        }
    }

    @Test
    void isNotThereWhenItIsDisabled() throws IOException {
        Files.writeString(routes.resolve("good.camel.yaml"), Service.route("good", "/good", "x"));
        try (ConfigurableApplicationContext context =
                start("journey.routes-directory=" + routes, "journey.reload.enabled=false")) {
            assertThat(context.getBeansOfType(RouteReload.class)).isEmpty();
            assertThat(context.getBean(CamelContext.class).getRoutes()).isEmpty();
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {}
}
