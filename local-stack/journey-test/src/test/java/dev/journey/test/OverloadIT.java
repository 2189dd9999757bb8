package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.journey.test.RawHttp.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More than the gateway can carry, and its stop: what it takes is answered, and what it does not take is told so. */
@ExtendWith(JourneyExtension.class)
class OverloadIT {

    private static final int MOST_IN_FLIGHT = 64;
    private static final int MOST_CONNECTIONS = 2048;
    private static final byte[] CHECKOUT =
            "POST /api/checkout HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern IN_FLIGHT = Pattern.compile("SpringBootPlatformHttpConsumer\\.handleService");

    private final Journey journey;
    private final ExecutorService executor = Executors.newCachedThreadPool();

    OverloadIT(Journey journey) {
        this.journey = journey;
    }

    @AfterEach
    void recover() throws Exception {
        executor.shutdownNow();
        journey.recover();
    }

    @Test
    void whatIsOverTheLimitIsRefusedAtOnce() throws Exception {
        journey.checkout().freeze();
        List<Future<List<Answer>>> taken = send(MOST_IN_FLIGHT);
        awaitInFlight(MOST_IN_FLIGHT);

        List<Answer> over = answers(send(9 * MOST_IN_FLIGHT));
        assertThat(IN_FLIGHT.matcher(journey.gateway().threads()).results()).hasSizeLessThanOrEqualTo(MOST_IN_FLIGHT);
        journey.checkout().resume();

        // On a slow machine the deadline of some ends meanwhile, and others take their places.
        assertThat(over).hasSize(9 * MOST_IN_FLIGHT).extracting(Answer::status).containsAnyOf(503);
        assertThat(over).extracting(Answer::status).isSubsetOf(202, 503, 504);
        List<Answer> refused =
                over.stream().filter(answer -> answer.status() == 503).toList();
        assertThat(refused).allSatisfy(answer -> {
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            ProblemExpectation.assertProblem(answer);
        });
        assertThat(answers(taken))
                .hasSize(MOST_IN_FLIGHT)
                .extracting(Answer::status)
                .isSubsetOf(202, 504);
        await("the traces of the refused").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(refused)
                .allMatch(answer -> !journey.spans()
                        .trace(answer.header("X-Trace-Id"))
                        .spans()
                        .isEmpty()));
        assertThat(journey.client().checkout().statusCode()).isEqualTo(202);
    }

    @Test
    void asManySlowConnectionsAsItHasDoNotEndIt() throws Exception {
        String head =
                "POST /api/checkout HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\nX-Filler: " + "x".repeat(7000);
        byte[] halfAHead = head.getBytes(StandardCharsets.US_ASCII);
        byte[] halfABody = (head + "\r\n\r\n[" + "1,".repeat(20_000)).getBytes(StandardCharsets.US_ASCII);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int number = 0; number < MOST_CONNECTIONS; number++) {
                Socket socket = RawHttp.open(journey.client().port());
                slow.add(socket);
                socket.getOutputStream().write(number < MOST_IN_FLIGHT ? halfABody : halfAHead);
            }
            await("the slow ones to be given up").atMost(Duration.ofSeconds(60)).until(() -> slow.stream()
                    .allMatch(OverloadIT::isGivenUp));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }

        assertThat(journey.gateway().isRunning()).isTrue();
        assertThat(journey.client().checkout().statusCode()).isEqualTo(202);
    }

    @Test
    void aStopAnswersWhatIsInHandAndTakesNothingNew() throws Exception {
        journey.checkout().freeze();
        List<Future<List<Answer>>> inHand = send(8);
        awaitInFlight(8);

        Future<?> stop = executor.submit(() -> {
            journey.gateway().stop();
            return null;
        });
        await("new connections to be refused").atMost(Duration.ofSeconds(4)).until(this::isRefused);
        journey.checkout().resume();

        assertThat(answers(inHand)).hasSize(8).extracting(Answer::status).isSubsetOf(202, 504);
        stop.get();
    }

    private List<Future<List<Answer>>> send(int checkouts) {
        List<Future<List<Answer>>> sent = new ArrayList<>();
        for (int number = 0; number < checkouts; number++) {
            sent.add(executor.submit(() -> RawHttp.exchange(journey.client().port(), CHECKOUT)));
        }
        return sent;
    }

    private static List<Answer> answers(List<Future<List<Answer>>> sent) throws Exception {
        List<Answer> answers = new ArrayList<>();
        for (Future<List<Answer>> answer : sent) {
            answers.addAll(answer.get());
        }
        return answers;
    }

    private void awaitInFlight(int requests) {
        await(requests + " requests in flight").atMost(Duration.ofSeconds(4)).untilAsserted(() -> assertThat(
                        IN_FLIGHT.matcher(journey.gateway().threads()).results())
                .hasSize(requests));
    }

    /** Answered, or closed. */
    private static boolean isGivenUp(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.isClosed() || socket.getInputStream().read() >= -1;
        } catch (SocketTimeoutException notYet) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private boolean isRefused() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", journey.client().port())) {
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }
}
