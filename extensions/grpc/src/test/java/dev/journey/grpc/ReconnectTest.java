package dev.journey.grpc;

import static dev.journey.grpc.Service.RESPONSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.test.util.TestSocketUtils;

/** A caller whose server goes away and comes back, and one whose server is gone without a word. */
@Timeout(90)
class ReconnectTest {

    private static final Processor ANSWERING = exchange -> exchange.getMessage().setBody(RESPONSE);

    private final int callerPort = TestSocketUtils.findAvailableTcpPort();
    private final int port = TestSocketUtils.findAvailableTcpPort();

    @Test
    void isBackSoonAfterItsServer() {
        try (Service caller = new Service(callerPort, port, ANSWERING)) {
            try (Service server = new Service(port, port, ANSWERING)) {
                assertThat(caller.call()).isEqualTo(Status.OK);
            }
            // After as long as this, gRPC by itself would next try some seven seconds later.
            await().during(Duration.ofSeconds(18))
                    .timeout(Duration.ofSeconds(40))
                    .until(() -> caller.call().getCode() == Status.Code.UNAVAILABLE);

            try (Service server = new Service(port, port, ANSWERING)) {
                await().atMost(Duration.ofMillis(2500))
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> caller.call().isOk());
            }
        }
    }

    @Test
    void aHostThatTakesNoConnectionIsUnavailableLongBeforeTheDeadline() throws Exception {
        // With its queue full, the kernel lets further connections wait and refuses none.
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            List<Socket> queued = new ArrayList<>();
            try (Service caller = new Service(
                    callerPort,
                    full.getLocalPort(),
                    ANSWERING,
                    "journey.grpc.client.deadline=30s",
                    "journey.grpc.client.connect-timeout=500ms")) {
                for (int connection = 0; connection < 3; connection++) {
                    Socket socket = new Socket();
                    queued.add(socket);
                    try {
                        socket.connect(full.getLocalSocketAddress(), 300);
                    } catch (java.net.SocketTimeoutException expected) {
                        break;
                    }
                }

                long start = System.nanoTime();
                assertThat(caller.call().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            } finally {
                for (Socket socket : queued) {
                    socket.close();
                }
            }
        }
    }
}
