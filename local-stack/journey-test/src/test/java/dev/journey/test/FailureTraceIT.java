package dev.journey.test;

import static dev.journey.test.ProblemExpectation.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the caller and the trace backend are told when a part of the system is not there. */
@ExtendWith(JourneyExtension.class)
class FailureTraceIT {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration RECOVERY = Duration.ofSeconds(15);

    private final Journey journey;

    FailureTraceIT(Journey journey) {
        this.journey = journey;
    }

    @AfterEach
    void recover() throws Exception {
        journey.recover();
    }

    @Test
    void checkoutIsDownAndComesBack() throws Exception {
        journey.checkout().stop();

        HttpResponse<String> response = journey.client().checkout();

        assertProblem(response, 503);
        assertThat(response.headers().firstValue("Retry-After").orElse("")).matches("[1-9][0-9]*");
        Trace trace = journey.spans().awaitTrace(GatewayClient.traceId(response), 2);
        assertFailedCall(trace, "UNAVAILABLE");
        assertOneException(trace.gatewayClient(), trace);
        assertServerError(trace, 503L);

        journey.checkout().start();
        journey.checkout().awaitReady();
        await("the gateway to find checkout again")
                .atMost(RECOVERY)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> journey.client().checkout().statusCode() == 202);
    }

    @Test
    void theBrokerIsDownAndComesBack() throws Exception {
        int lines = journey.checkout().lines().size();
        journey.brokerProxy().cut();

        HttpResponse<String> response = journey.client().checkout();

        assertProblem(response, 503);
        assertThat(response.headers().firstValue("Retry-After").orElse("")).matches("[1-9][0-9]*");
        Trace trace = journey.spans().awaitTrace(GatewayClient.traceId(response), 4);
        ReceivedSpan producer = trace.checkoutProducer();
        assertThat(producer.status()).as(trace::toString).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(producer.attributes()).as(trace::toString).containsKey("error.type");
        assertOneException(producer, trace);
        ReceivedSpan server = trace.checkoutServer();
        assertThat(server.status()).as(trace::toString).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(server.attributes())
                .as(trace::toString)
                .contains(entry("rpc.response.status_code", "UNAVAILABLE"))
                .containsKey("error.type");
        assertThat(server.eventNames())
                .as("no amount where there was no checkout: %s", trace)
                .noneMatch(name -> name.startsWith("response"));
        assertThat(server.exceptions())
                .as("the broker's exception where it happened only: %s", trace)
                .isEmpty();
        assertFailedCall(trace, "UNAVAILABLE");
        assertServerError(trace, 503L);

        assertThat(journey.checkout().lines().stream().skip(lines))
                .as("what failed is said with the ids of its span, and by nobody else")
                .anyMatch(line -> line.text().contains("WARN")
                        && line.traceId().equals(GatewayClient.traceId(response))
                        && line.spanId().equals(server.id()))
                .noneMatch(line -> line.text().contains("DefaultErrorHandler"));

        journey.brokerProxy().restore();
        await("checkout to find the broker again")
                .atMost(RECOVERY)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> journey.client().checkout().statusCode() == 202);
    }

    @Test
    void theBrokerSaysNothingAndComesBack() throws Exception {
        journey.brokerProxy().freeze();

        // On the connection that there is, and then on new ones.
        for (int checkout = 0; checkout < 3; checkout++) {
            HttpResponse<String> response = journey.client().checkout();

            assertProblem(response, 503);
            Trace trace = journey.spans().awaitTrace(GatewayClient.traceId(response), 4);
            assertThat(trace.checkoutProducer().status()).as(trace::toString).isEqualTo(StatusCode.STATUS_CODE_ERROR);
            assertFailedCall(trace, "UNAVAILABLE");
        }

        journey.brokerProxy().restore();
        await("checkout to find the broker again")
                .atMost(RECOVERY)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> journey.client().checkout().statusCode() == 202);
    }

    @Test
    void anItemThatTheCatalogueDoesNotHaveIsTheCallersError() throws Exception {
        HttpResponse<String> response = journey.client().checkoutOf("{\"itemsID\":[1,99]}");

        assertProblem(response, 422);
        Trace trace = journey.spans().awaitTrace(GatewayClient.traceId(response), 3);
        assertFailedCall(trace, "NOT_FOUND");
        ReceivedSpan gateway = trace.gatewayServer();
        assertThat(gateway.status()).as(trace::toString).isEqualTo(StatusCode.STATUS_CODE_UNSET);
        assertThat(gateway.attributes())
                .as(trace::toString)
                .contains(entry("http.response.status_code", 422L))
                .doesNotContainKey("error.type");
        // Semantic conventions, gRPC: on a server's span NOT_FOUND is no error.
        ReceivedSpan checkout = trace.checkoutServer();
        assertThat(checkout.status()).as(trace::toString).isEqualTo(StatusCode.STATUS_CODE_UNSET);
        assertThat(checkout.attributes())
                .as(trace::toString)
                .contains(entry("rpc.response.status_code", "NOT_FOUND"))
                .doesNotContainKey("error.type");
    }

    @Test
    void aCheckoutThatDoesNotAnswerIsGivenUpAtTheDeadline() throws Exception {
        // The keep-alive ping of an old connection may be due, and find checkout unavailable before it is late.
        journey.checkout().stop();
        journey.recover();
        journey.checkout().freeze();

        Instant start = Instant.now();
        HttpResponse<String> response = journey.client().checkout();
        Duration taken = Duration.between(start, Instant.now());

        assertProblem(response, 504);
        assertThat(taken).isLessThan(DEADLINE.plusMillis(1500));
        String id = GatewayClient.traceId(response);
        Trace trace = journey.spans().awaitTrace(id, 2);
        assertFailedCall(trace, "DEADLINE_EXCEEDED");
        assertOneException(trace.gatewayClient(), trace);
        assertServerError(trace, 504L);
    }

    private static void assertFailedCall(Trace trace, String code) {
        ReceivedSpan client = trace.gatewayClient();
        assertThat(client.status()).as(trace::toString).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(client.attributes())
                .as(trace::toString)
                .contains(entry("rpc.response.status_code", code), entry("error.type", code));
    }

    private static void assertServerError(Trace trace, long status) {
        ReceivedSpan gateway = trace.gatewayServer();
        assertThat(gateway.status()).as(trace::toString).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(gateway.attributes())
                .as(trace::toString)
                .contains(entry("http.response.status_code", status))
                .containsKey("error.type");
        assertThat(gateway.exceptions()).as(trace::toString).isEmpty();
    }

    private static void assertOneException(ReceivedSpan span, Trace trace) {
        assertThat(span.exceptions()).as(trace::toString).singleElement().satisfies(exception -> assertThat(
                        exception.get("exception.type"))
                .asString()
                .isNotBlank());
    }
}
