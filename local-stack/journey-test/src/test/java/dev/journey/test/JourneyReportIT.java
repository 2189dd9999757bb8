package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code GET /api/journey} tells, while everything is there and while something is not. */
@ExtendWith(JourneyExtension.class)
class JourneyReportIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Journey journey;

    JourneyReportIT(Journey journey) {
        this.journey = journey;
    }

    @AfterEach
    void recover() throws Exception {
        journey.recover();
    }

    @Test
    void whatBecameOfRequestsIsCounted() throws Exception {
        JsonNode before = report();
        journey.client().checkout();
        journey.client().checkoutOf("{\"itemsID\":[99]}");
        journey.client().checkoutOf("{}");
        journey.client().send("/elsewhere", HttpRequest.Builder::GET);
        JsonNode after = report();

        assertThat(after.get("instance")).isEqualTo(before.get("instance"));
        assertThat(difference(before, after, "/gateway/answered")).isEqualTo(3);
        assertThat(difference(before, after, "/gateway/refused")).isEqualTo(2);
        assertThat(difference(before, after, "/gateway/failed")).isZero();
        // The one that is no basket does not get that far.
        assertThat(difference(before, after, "/checkout/calls/answered")).isEqualTo(2);
        assertThat(difference(before, after, "/checkout/calls/refused")).isOne();
        assertThat(after.at("/gateway/inFlight").asInt()).isZero();
        assertThat(after.at("/checkout/calls/inFlight").asInt()).isZero();
        assertThat(after.get("items")).hasSize(4);
        assertThat(after.at("/items/0")).isEqualTo(new ObjectMapper().readTree("{\"id\":1,\"price\":199}"));
    }

    @Test
    void messagesThatWaitAreCounted() throws Exception {
        journey.stock().stop();
        journey.client().checkout();
        journey.client().checkout();

        awaitReport("/queue/waiting", "2");
        awaitReport("/queue/consumers", "0");
        journey.stock().start();
        awaitReport("/queue/waiting", "0");
        awaitReport("/queue/consumers", "4");
    }

    @Test
    void withoutCheckoutWhatItKnowsIsNull() throws Exception {
        JsonNode before = report();
        journey.checkout().kill();
        journey.client().checkout();

        JsonNode after = report();
        assertThat(after.at("/checkout/reachable").asBoolean()).isFalse();
        assertThat(after.get("queue").isNull()).isTrue();
        assertThat(after.get("deadLetters").isNull()).isTrue();
        assertThat(after.get("items").isNull()).isTrue();
        assertThat(difference(before, after, "/gateway/failed")).isOne();
        assertThat(difference(before, after, "/checkout/calls/failed")).isOne();
    }

    @Test
    void withoutABrokerItsQueuesAreNull() throws Exception {
        awaitReport("/queue/waiting", "0");
        journey.brokerProxy().cut();

        awaitReport("/queue", "null");
        assertThat(report().at("/checkout/reachable").asBoolean()).isTrue();
    }

    @Test
    void theFirstReportAfterAPauseHasTheQueuesAsTheyAre() throws Exception {
        // Nobody has asked the new one yet: it is as after a pause of any length.
        journey.checkout().stop();
        journey.checkout().start();
        journey.checkout().awaitReady();
        await("the gateway to reach checkout")
                .atMost(LIMIT)
                .until(() -> journey.client().checkout().statusCode() == 202);

        assertThat(report().at("/queue/consumers").asInt()).isEqualTo(4);
    }

    @Test
    void nobodyWhoLooksOnMakesASpan() throws Exception {
        int earlier = journey.spans().spans().size();
        report();
        journey.client().send("/", HttpRequest.Builder::GET);
        String last = GatewayClient.traceId(journey.client().checkout());
        journey.spans().awaitTrace(last, 5);

        assertThat(journey.spans().spans().stream().skip(earlier))
                .extracting(ReceivedSpan::name)
                .doesNotContain("GET /api/journey", "GET /*", "checkout.Status/GetStatus");
    }

    @Test
    void aPartOfAFileOfThePageIsGiven() throws Exception {
        HttpResponse<String> part = journey.client()
                .send("/", request -> request.header("Range", "bytes=0-14").GET());

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("<!doctype html>");
    }

    private JsonNode report() throws Exception {
        HttpResponse<String> response = journey.client().send("/api/journey", HttpRequest.Builder::GET);
        assertThat(response.statusCode()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    private void awaitReport(String pointer, String value) {
        await(pointer)
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(report().at(pointer).toString()).isEqualTo(value));
    }

    private static long difference(JsonNode before, JsonNode after, String pointer) {
        return after.at(pointer).asLong() - before.at(pointer).asLong();
    }
}
