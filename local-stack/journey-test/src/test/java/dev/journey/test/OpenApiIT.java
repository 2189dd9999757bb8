package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The gateway gives each answer that {@code openapi.yaml} describes, as it is described there. That it gives no other is
 * {@link GatewayClient}'s to see, in every test.
 */
@Tag("any-broker")
@ExtendWith(JourneyExtension.class)
class OpenApiIT {

    private static final String JOURNEY = "/api/journey";
    private static final String HALF_A_REQUEST = "POST /api/checkout HTTP/1.1\r\nHost: x\r\n"
            + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"itemsID\"";
    private static final int MORE_THAN_IN_FLIGHT = 100;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Journey journey;

    OpenApiIT(Journey journey) {
        this.journey = journey;
    }

    @AfterEach
    void recover() throws Exception {
        journey.recover();
    }

    @Test
    void eachAnswerToACheckoutThatIsDescribedIsGiven() throws Exception {
        List<Integer> given = new ArrayList<>();
        given.add(journey.client().checkout().statusCode());
        given.add(journey.client().checkoutOf("{}").statusCode());
        given.add(get(GatewayClient.PATH).statusCode());
        given.add(tooSlow());
        given.add(journey.client().checkoutOf(" ".repeat(65_537)).statusCode());
        given.add(send(request ->
                        request.header("Content-Type", "text/plain").POST(HttpRequest.BodyPublishers.ofString("1")))
                .statusCode());
        given.add(journey.client().checkoutOf("{\"itemsID\":[99]}").statusCode());
        // The keep-alive ping of an old connection may be due, and find checkout unavailable before it is late.
        journey.checkout().stop();
        journey.recover();
        journey.checkout().freeze();
        given.add(journey.client().checkout().statusCode());
        journey.checkout().resume();
        given.add(brokenRoute());
        journey.checkout().stop();
        given.add(journey.client().checkout().statusCode());

        assertThat(given).containsExactlyInAnyOrderElementsOf(OpenApi.statuses(GatewayClient.PATH));
    }

    @Test
    void eachAnswerAboutTheJourneyThatIsDescribedIsGiven() throws Exception {
        List<Integer> given = new ArrayList<>();
        given.add(get(JOURNEY).statusCode());
        given.add(whileAllPlacesAreTaken(() -> get(JOURNEY)).statusCode());

        assertThat(given).containsExactlyInAnyOrderElementsOf(OpenApi.statuses(JOURNEY));
    }

    @Test
    void theDescriptionIsServedAndSoIsAPageToTryIt() throws Exception {
        HttpResponse<String> description = get("/page/openapi.yaml");

        assertThat(description.headers().allValues("Content-Type")).containsExactly("application/yaml");
        assertThat(description.body()).startsWith("openapi: 3.1");
        assertThat(get("/page/api.html").statusCode()).isEqualTo(200);
    }

    private int tooSlow() throws IOException {
        try (Socket socket = RawHttp.open(journey.client().port())) {
            socket.getOutputStream().write(HALF_A_REQUEST.getBytes(StandardCharsets.US_ASCII));
            List<RawHttp.Answer> answers = RawHttp.answers(socket.getInputStream(), false);
            OpenApi.assertDescribed(GatewayClient.PATH, answers.get(0));
            return answers.get(0).status();
        }
    }

    private int brokenRoute() throws Exception {
        Path file = journey.checkout().routes().resolve("checkout.camel.yaml");
        String whole = Files.readString(file);
        String step = "        - setVariable: { name: order,";
        assertThat(whole).contains(step);
        try {
            Files.writeString(
                    file,
                    whole.replace(
                            step,
                            "        - throwException: { exceptionType: java.lang.IllegalStateException, message: no }\n"
                                    + step));
            await("the broken route")
                    .atMost(LIMIT)
                    .until(() -> journey.client().checkout().statusCode() == 500);
            return journey.client().checkout().statusCode();
        } finally {
            Files.writeString(file, whole);
            await("the right one")
                    .atMost(LIMIT)
                    .until(() -> journey.client().checkout().statusCode() == 202);
        }
    }

    private HttpResponse<String> whileAllPlacesAreTaken(Call call) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int number = 0; number < MORE_THAN_IN_FLIGHT; number++) {
                Socket socket = RawHttp.open(journey.client().port());
                sockets.add(socket);
                socket.getOutputStream().write(HALF_A_REQUEST.getBytes(StandardCharsets.US_ASCII));
            }
            return await("all places to be taken")
                    .atMost(LIMIT)
                    .until(call::answer, answer -> answer.statusCode() != 200);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return journey.client().send(path, HttpRequest.Builder::GET);
    }

    private HttpResponse<String> send(UnaryOperator<HttpRequest.Builder> request)
            throws IOException, InterruptedException {
        return journey.client().send(GatewayClient.PATH, request);
    }

    private interface Call {
        HttpResponse<String> answer() throws Exception;
    }
}
