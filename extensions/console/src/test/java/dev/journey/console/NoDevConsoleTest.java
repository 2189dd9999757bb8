package dev.journey.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CliConnector;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;

/** An application that did not ask for the dev console. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "management.endpoints.web.exposure.include=camel")
class NoDevConsoleTest {

    @LocalServerPort
    private int port;

    @Autowired
    private CamelContext context;

    @Test
    void hasNeitherConsoleNorConnectorNorHistory() throws Exception {
        for (String path : new String[] {"", "/context", "/all"}) {
            assertThat(HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(
                                                    URI.create("http://localhost:" + port + "/actuator/camel" + path))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(context.hasService(CliConnector.class)).isNull();
        assertThat(context.isMessageHistory()).isFalse();
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {}
}
