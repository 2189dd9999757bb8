package dev.journey.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with the dev console on, as who looks into it sees it. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=camel",
            "camel.main.dev-console-enabled=true",
            "camel.main.source-location-enabled=true",
            "broker.password=needle-in-the-settings"
        })
class DevConsoleTest {

    private static final String SECRET = "needle-in-a-header";

    @LocalServerPort
    private int port;

    @Autowired
    private CamelContext context;

    @Autowired
    private ProducerTemplate producer;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "send",
                "gc",
                "properties",
                "system-properties",
                "bean",
                "browse",
                "receive",
                "trace",
                "debug",
                "variables",
                "java-security",
                "jvm",
                "startup-recorder",
                "route-controller",
                "main-configuration",
                "route-structures"
            })
    void showsNothingThatActsOrShowsSettings(String id) throws Exception {
        assertThat(get(id, "application/json").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blocked",
                "consumer",
                "context",
                "endpoint",
                "event",
                "health",
                "inflight",
                "memory",
                "message-history",
                "processor",
                "producer",
                "route",
                "route-structure",
                "service",
                "source",
                "thread",
                "top"
            })
    void showsWhatOnlyLooksInBothForms(String id) throws Exception {
        HttpResponse<String> json = get(id, "*/*");
        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(json.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(json.body()).startsWith("{");

        HttpResponse<String> text = get(id, "text/plain");
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(text.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(text.body()).doesNotStartWith("{").doesNotStartWith(" ");
    }

    @Test
    void sendsNothingIntoARouteWhenAllIsAskedFor() throws Exception {
        long before = exchanges();

        String all = get("all", "application/json").body();

        assertThat(all).contains("\"context\"", "\"route\"").doesNotContain("\"send\"", "needle-in-the-settings");
        assertThat(exchanges()).isEqualTo(before);
    }

    @Test
    void showsTheStepsOfAnExchangeThatFailedAndNothingOfWhatWasInIt() throws Exception {
        producer.requestBodyAndHeader("direct:failing", "needle-in-the-body", "Authorization", SECRET);
        producer.requestBody("direct:succeeding", "x");

        String text = get("message-history", "text/plain").body();

        assertThat(text)
                .contains("failing", "java.lang.IllegalStateException", "setHeader[step]", "setBody[constant{handled}]")
                .doesNotContain(SECRET, "needle-in-the-body", "needle-in-the-exception");
        assertThat(text.indexOf("succeeding")).isGreaterThan(text.indexOf("The last that did not"));
        assertThat(get("message-history?filter=failing&limit=1", "*/*").body())
                .contains("\"failed\":[{", "\"exception\":\"java.lang.IllegalStateException\"", "\"succeeded\":[]")
                .doesNotContain(SECRET);
    }

    @Test
    void listsWhatThereIs() throws Exception {
        assertThat(get("", "text/plain").body()).contains("message-history").doesNotContain("send ");
        assertThat(get("", "*/*").body()).contains("\"top\"").doesNotContain("\"gc\"");
    }

    private long exchanges() {
        return context.getManagementStrategy().getEventNotifiers().isEmpty()
                ? -1
                : Long.parseLong(producer.requestBody("direct:count", null, String.class));
    }

    private HttpResponse<String> get(String path, String accept) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/camel"
                                        + (path.isEmpty() ? "" : "/" + path)))
                                .header("Accept", accept)
                                .build(),
                        BodyHandlers.ofString());
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RouteBuilder routes() {
            return new RouteBuilder() {
                private int sent;

                @Override
                public void configure() {
                    from("direct:failing")
                            .routeId("failing")
                            .onException(IllegalStateException.class)
                            .handled(true)
                            .setBody(constant("handled"))
                            .end()
                            .setHeader("step", constant("x"))
                            .throwException(IllegalStateException.class, "needle-in-the-exception");
                    from("direct:succeeding").routeId("succeeding").process(exchange -> sent++);
                    // First by name, and so the one that Camel would send to.
                    from("direct:count").routeId("count").process(exchange -> exchange.getMessage()
                            .setBody(sent));
                }
            };
        }
    }
}
