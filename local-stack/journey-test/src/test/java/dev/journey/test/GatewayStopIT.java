package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.journey.test.RawHttp.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The gateway is stopped while checkouts go on. */
@ExtendWith(JourneyExtension.class)
class GatewayStopIT {

    private static final byte[] CHECKOUT =
            "POST /api/checkout HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Journey journey;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Queue<Integer> others = new ConcurrentLinkedQueue<>();
    private final Queue<String> readyWhileRefused = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stopped = new AtomicBoolean();

    GatewayStopIT(Journey journey) {
        this.journey = journey;
    }

    @AfterEach
    void recover() throws Exception {
        stopped.set(true);
        journey.recover();
    }

    @Test
    void aStopUnderLoadSaysSoAndLosesNoCheckoutInHand() throws Exception {
        try (BoundQueue queue = new BoundQueue(journey.broker())) {
            List<Thread> callers = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                callers.add(new Thread(this::checkOut));
            }
            callers.forEach(Thread::start);
            await().until(() -> accepted.get() > 200);

            journey.gateway().stop();
            stopped.set(true);
            for (Thread caller : callers) {
                caller.join();
            }

            assertThat(others).as("answers that are neither 202 nor 503").isEmpty();
            assertThat(readyWhileRefused).isEmpty();
            // A checkout that was broken off would have left a message without an answer.
            for (int message = 0; message < accepted.get(); message++) {
                queue.take();
            }
            assertThat(queue.isEmpty()).isTrue();
        }
    }

    private void checkOut() {
        while (!stopped.get()) {
            try {
                for (Answer answer : RawHttp.exchange(journey.client().port(), CHECKOUT)) {
                    if (answer.status() == 202) {
                        accepted.incrementAndGet();
                    } else if (answer.status() != 503) {
                        others.add(answer.status());
                    }
                }
            } catch (ConnectException refused) {
                askReadiness();
            } catch (IOException notTaken) {
                // It was accepted by the system, and not by the gateway any more.
            }
        }
    }

    private void askReadiness() {
        try {
            String readiness = journey.gateway().management("/actuator/health/readiness");
            if (readiness.contains("\"status\":\"UP\",\"components\"")) {
                readyWhileRefused.add(readiness);
            }
        } catch (IOException gone) {
            // That says it, too.
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
    }
}
