package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.yaml.snakeyaml.Yaml;

/** What each service counts, for Prometheus on its management port, and what is made of it. */
@ExtendWith(JourneyExtension.class)
class MetricsIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    // Prometheus's library keeps an exemplar for seven seconds at least.
    private static final Duration EXEMPLAR_LIMIT = Duration.ofSeconds(60);
    // A second for all queues together, and what the rest takes on a busy machine.
    private static final Duration SCRAPE_LIMIT = Duration.ofSeconds(2);
    private static final Path METRICS =
            Path.of("").toAbsolutePath().getParent().getParent().resolve(Path.of("deploy", "metrics"));

    private static final String HTTP = "http_server_request_duration_seconds";
    private static final String CALL = "rpc_client_call_duration_seconds";
    private static final String SERVED = "rpc_server_call_duration_seconds";
    private static final String PUBLISHED = "messaging_client_operation_duration_seconds";
    private static final String PROCESSED = "messaging_process_duration_seconds";
    private static final String ROUTE = "camel_exchanges_total{.*routeId=\"";

    private final Journey journey;

    MetricsIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void aCheckoutIsCountedOnceByEachHop() throws Exception {
        journey.spans().awaitTrace(GatewayClient.traceId(journey.client().checkout()), 5);
        Counts before = accepted();
        double confirmed = value(journey.checkout(), "rabbitmq_acknowledged_published_total{.*}");
        double acknowledged = value(journey.stock(), "rabbitmq_acknowledged_total{.*}");
        double routed = value(journey.stock(), ROUTE + "stock-checkout-processed\".*}");

        journey.spans().awaitTrace(GatewayClient.traceId(journey.client().checkout()), 5);

        awaitOneMore(before, this::accepted);
        awaitValue(journey.checkout(), "rabbitmq_acknowledged_published_total{.*}", confirmed + 1);
        assertThat(value(journey.stock(), "rabbitmq_acknowledged_total{.*}")).isGreaterThanOrEqualTo(acknowledged);
        assertThat(value(journey.stock(), ROUTE + "stock-checkout-processed\".*}"))
                .isGreaterThan(routed);
    }

    @Test
    void aCheckoutThatIsNotSampledIsCountedAndNoSpanOfItIsExported() throws Exception {
        journey.spans().awaitTrace(GatewayClient.traceId(journey.client().checkout()), 5);
        Counts before = accepted();
        TraceParent caller = TraceParent.unsampledOne();

        journey.client().checkout("traceparent", caller.toString());

        awaitOneMore(before, this::accepted);
        // Exporters send in order: what comes after has arrived, so what was before would have, too.
        journey.spans().awaitTrace(GatewayClient.traceId(journey.client().checkout()), 5);
        assertThat(journey.spans().trace(caller.traceId()).spans()).isEmpty();
    }

    @Test
    void aRefusalIsCountedByItsStatusOnBothSides() throws Exception {
        Supplier<Counts> refused = () -> counts("422", "", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "", null);
        Counts before = refused.get();

        journey.client().checkoutOf("{\"itemsID\":[99]}");

        awaitOneMore(before, refused);
    }

    @Test
    void aBodyThatIsNoJsonIsCountedByTheGatewayAlone() throws Exception {
        double malformed = value(journey.gateway(), http("400", ""));
        double called = value(journey.gateway(), CALL + "_count{.*}");

        journey.client().checkoutOf("{");

        awaitValue(journey.gateway(), http("400", ""), malformed + 1);
        assertThat(value(journey.gateway(), CALL + "_count{.*}")).isEqualTo(called);
    }

    @Test
    void aBrokerThatIsAwayIsAnErrorOnEachHop() throws Exception {
        Supplier<Counts> failed = () -> counts(
                "503", "503", "UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE", "org\\.[\\w.]+Exception");
        Counts before = failed.get();
        try {
            journey.brokerProxy().cut();
            assertThat(journey.client().checkout().statusCode()).isEqualTo(503);

            awaitOneMore(before, failed);
        } finally {
            journey.recover();
        }
    }

    @Test
    void whatACallerMakesUpIsNoLabel() throws Exception {
        String otherMethod = HTTP + "_count{.*http_request_method=\"_OTHER\".*}";
        String otherPath = HTTP + "_count{.*http_request_method=\"GET\",.*http_route=\"/\\*\".*}";
        double methods = value(journey.gateway(), otherMethod);
        double paths = value(journey.gateway(), otherPath);

        journey.client().send("/made-up?made-up", request -> request.method("BREW", BodyPublishers.noBody()));
        journey.client().send("/made-up?made-up", request -> request.GET());

        awaitValue(journey.gateway(), otherMethod, methods + 1);
        awaitValue(journey.gateway(), otherPath, paths + 1);
        assertThat(journey.gateway().openMetrics()).doesNotContain("made-up", "BREW");
    }

    @Test
    void anExemplarOfEachHopNamesItsSpanOfACheckout() throws Exception {
        Set<String> made = new HashSet<>();
        await("exemplars of checkouts that were made here")
                .atMost(EXEMPLAR_LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    made.add(GatewayClient.traceId(journey.client().checkout()));
                    assertExemplar(journey.gateway(), HTTP, made, Trace::gatewayServer);
                    assertExemplar(journey.gateway(), CALL, made, Trace::gatewayClient);
                    assertExemplar(journey.checkout(), SERVED, made, Trace::checkoutServer);
                    assertExemplar(journey.checkout(), PUBLISHED, made, Trace::checkoutProducer);
                    assertExemplar(journey.stock(), PROCESSED, made, Trace::stockConsumer);
                });
    }

    @Test
    void theQueuesAreMeasured() {
        awaitValue(journey.checkout(), "queue_messages{queue=\"stock-queue\"}", 0);
        awaitValue(journey.checkout(), "queue_consumers{queue=\"stock-queue\"}", 4);
        assertThat(value(journey.checkout(), "jvm_memory_used_bytes{area=\"heap\",.*}"))
                .isPositive();
    }

    @Test
    void theQueuesAreMeasuredHoweverSeldomSomebodyAsks() throws Exception {
        try {
            // Nobody has asked the new one yet: it is as after a pause of any length.
            journey.checkout().stop();
            journey.checkout().start();
            journey.checkout().awaitReady();

            assertThat(journey.checkout().management("/actuator/prometheus"))
                    .containsPattern("(?m)^queue_messages\\{queue=\"stock-queue\"} 0.0$")
                    .containsPattern("(?m)^queue_consumers\\{queue=\"stock-queue\"} 4.0$")
                    .containsPattern("(?m)^queue_messages\\{queue=\"stock-queue.dead-letter\"} \\d");
        } finally {
            journey.recover();
        }
    }

    @Test
    void aBrokerThatSaysNothingHoldsUpAScrapeForAMomentOnly() throws Exception {
        try {
            journey.brokerProxy().freeze();

            await("what is not known").atMost(LIMIT).untilAsserted(() -> {
                long start = System.nanoTime();
                String metrics = journey.checkout().management("/actuator/prometheus");
                Duration took = Duration.ofNanos(System.nanoTime() - start);

                assertThat(took).isLessThan(SCRAPE_LIMIT);
                assertThat(metrics.lines().filter(line -> line.startsWith("queue_")))
                        .hasSize(4)
                        .allMatch(line -> line.endsWith(" NaN"));
            });
        } finally {
            journey.recover();
        }
    }

    @Test
    void theDashboardAndTheAlertsAskForWhatTheServicesGive() throws Exception {
        journey.spans().awaitTrace(GatewayClient.traceId(journey.client().checkout()), 5);
        journey.applications().forEach(Application::collectGarbage);
        List<PromQl.Selector> asked = Stream.concat(dashboard(), alerts())
                .flatMap(expression -> PromQl.selectors(expression).stream())
                .filter(selector -> !Set.of("up", "ALERTS").contains(selector.metric()))
                .distinct()
                .toList();

        assertThat(asked).hasSizeGreaterThan(15);
        await("each metric that is asked for").atMost(LIMIT).untilAsserted(() -> {
            StringBuilder given = new StringBuilder();
            for (Application application : journey.applications()) {
                given.append(application.openMetrics());
            }
            assertThat(asked).allSatisfy(selector -> assertThat(given.toString()
                            .lines()
                            .filter(line -> line.startsWith(selector.metric() + "{")
                                    || line.startsWith(selector.metric() + " ")))
                    .as(selector.toString())
                    .isNotEmpty()
                    .allSatisfy(line ->
                            assertThat(selector.labels()).allMatch(label -> line.matches(".*[{,]" + label + "=\".*"))));
        });
    }

    private static Stream<String> dashboard() throws Exception {
        return StreamSupport.stream(
                        new ObjectMapper()
                                .readTree(METRICS.resolve(Path.of("grafana", "dashboards", "journey.json"))
                                        .toFile())
                                .findValues("expr")
                                .spliterator(),
                        false)
                .map(expression -> expression.asText());
    }

    private static Stream<String> alerts() throws Exception {
        Map<String, List<Map<String, List<Map<String, String>>>>> file =
                new Yaml().load(Files.readString(METRICS.resolve(Path.of("prometheus", "alerts.yml"))));
        return file.get("groups").stream()
                .flatMap(group -> group.get("rules").stream())
                .map(rule -> rule.get("expr"));
    }

    private void assertExemplar(
            Application application, String metric, Set<String> traces, Function<Trace, ReceivedSpan> hop)
            throws Exception {
        Map<String, String> found = Pattern.compile(
                        "(?m)^" + metric + "_bucket\\{.*} \\S+ # \\{span_id=\"(\\w{16})\",trace_id=\"(\\w{32})\"}")
                .matcher(application.openMetrics())
                .results()
                .filter(exemplar -> traces.contains(exemplar.group(2)))
                .collect(Collectors.toMap(
                        exemplar -> exemplar.group(2), exemplar -> exemplar.group(1), (first, second) -> second));
        assertThat(found).as(metric).isNotEmpty();
        // OpenMetrics 1.0: only these may have exemplars, and a strict reader refuses all for one elsewhere.
        assertThat(application.openMetrics().lines().filter(line -> line.contains(" # {")))
                .allMatch(line -> line.matches("\\w+(_bucket|_total)[ {].*"));
        found.forEach((trace, span) -> assertThat(span)
                .isEqualTo(hop.apply(journey.spans().trace(trace)).id()));
    }

    private Counts accepted() {
        Counts counts = counts("202", "", "OK", "", "OK", "", "");
        return counts.and(value(
                journey.stock(),
                PROCESSED + "_count{error_type=\"\","
                        + "messaging_destination_name=\"exchange:checkout.processed:stock-queue\","
                        + "messaging_operation_name=\"process\",messaging_system=\"rabbitmq\"}"));
    }

    /** How often each hop ended so; a null for the publishing, where none is tried. */
    private Counts counts(
            String status,
            String error,
            String callStatus,
            String callError,
            String servedStatus,
            String servedError,
            String publishError) {
        Counts counts = new Counts(List.of())
                .and(value(journey.gateway(), http(status, error)))
                .and(value(journey.gateway(), CALL + rpc(callStatus, callError)))
                .and(value(journey.checkout(), SERVED + rpc(servedStatus, servedError)));
        return publishError == null
                ? counts
                : counts.and(value(
                        journey.checkout(),
                        PUBLISHED + "_count{error_type=\"" + publishError + "\","
                                + "messaging_destination_name=\"exchange:checkout.processed\","
                                + "messaging_operation_name=\"publish\",messaging_operation_type=\"send\","
                                + "messaging_system=\"rabbitmq\"}"));
    }

    private static String http(String status, String error) {
        return HTTP + "_count{error_type=\"" + error + "\",http_request_method=\"POST\",http_response_status_code=\""
                + status + "\",http_route=\"/api/checkout\",url_scheme=\"http\"}";
    }

    private static String rpc(String status, String error) {
        return "_count{error_type=\"" + error + "\",rpc_method=\"checkout.Checkout/DoCheckout\","
                + "rpc_response_status_code=\"" + status + "\",rpc_system_name=\"grpc\"}";
    }

    private static void awaitOneMore(Counts before, Supplier<Counts> now) {
        await("one more of each").atMost(LIMIT).untilAsserted(() -> assertThat(now.get())
                .isEqualTo(before.oneMore()));
    }

    private static void awaitValue(Application application, String series, double value) {
        await(series).atMost(LIMIT).untilAsserted(() -> assertThat(value(application, series))
                .isEqualTo(value));
    }

    /** The sum of the series whose names match; zero where there is none. */
    private static double value(Application application, String series) {
        String metrics;
        try {
            metrics = application.management("/actuator/prometheus");
        } catch (Exception exception) {
            throw new AssertionError(exception);
        }
        assertThat(metrics).contains("jvm_memory_used_bytes");
        Matcher found = Pattern.compile("(?m)^" + series.replace("{", "\\{") + " (\\S+)$")
                .matcher(metrics);
        double sum = 0;
        while (found.find()) {
            sum += Double.parseDouble(found.group(1));
        }
        return sum;
    }

    /** How often something happened, hop by hop. */
    private record Counts(List<Double> hops) {

        Counts and(double hop) {
            return new Counts(Stream.concat(hops.stream(), Stream.of(hop)).toList());
        }

        Counts oneMore() {
            return new Counts(hops.stream().map(count -> count + 1).toList());
        }
    }
}
