package dev.journey.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Ledger ledger = new Ledger();
    private final Occurrence occurrence = new Occurrence(Fault.NONE, 1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final Set<String> traceParents = ConcurrentHashMap.newKeySet();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private HttpServer server;
    private Load load;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            try (exchange) {
                traceParents.add(exchange.getRequestHeaders().getFirst("traceparent"));
                answer.await();
                exchange.sendResponseHeaders(202, -1);
            } catch (InterruptedException exception) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        load = new Load(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), 100, ledger);
        load.during(occurrence);
    }

    @AfterEach
    void end() {
        answer.countDown();
        load.close();
        server.stop(0);
        executor.shutdownNow();
    }

    @Test
    void goesOnAtItsRateWhileNothingIsAnswered() throws Exception {
        load.resume();

        assertThat(Waiting.until(() -> traceParents.size() >= 50, LIMIT)).isTrue();

        load.pause();
        int sent = ledger.tally(List.of(occurrence)).sent();
        assertThat(ledger.tally(List.of(occurrence)).refused()).isEqualTo(Map.of("under way", sent));
        answer.countDown();
        assertThat(Waiting.until(() -> ledger.accepted() == sent, LIMIT)).isTrue();
        assertThat(traceParents).hasSize(sent).allMatch(value -> value.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
    }

    @Test
    void aServerThatIsGoneIsNoConnection() throws Exception {
        server.stop(0);
        load.resume();

        assertThat(Waiting.until(
                        () -> ledger.tally(List.of(occurrence)).refused().containsKey("no connection"), LIMIT))
                .isTrue();
    }

    @Test
    void drainsOnceAllThatWasAcceptedHasArrived() throws Exception {
        answer.countDown();
        load.resume();
        assertThat(Waiting.until(() -> ledger.accepted() > 0, LIMIT)).isTrue();
        Thread drain = new Thread(() -> {
            try {
                load.drain();
            } catch (InterruptedException exception) {
                Thread.currentThread().interrupt();
            }
        });
        drain.start();
        assertThat(drain.isAlive()).as("nothing has arrived yet").isTrue();

        assertThat(Waiting.until(
                        () -> {
                            ledger.tally(List.of(occurrence)).lost().forEach(traceId -> ledger.taken(traceId, 0));
                            return !drain.isAlive();
                        },
                        LIMIT))
                .isTrue();
        assertThat(ledger.isSettled(System.nanoTime())).isTrue();
    }
}
