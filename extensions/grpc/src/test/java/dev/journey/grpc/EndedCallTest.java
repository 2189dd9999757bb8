package dev.journey.grpc;

import static dev.journey.grpc.Service.RESPONSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.netty.util.concurrent.ScheduledFuture;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.springframework.test.util.TestSocketUtils;

/** What is left of a call when it has been answered. */
class EndedCallTest {

    private static final String TIMER = ScheduledFuture.class.getPackageName() + ".ScheduledFutureTask";

    @Test
    void itsTimerIsGoneLongBeforeItsDeadline() throws Exception {
        int port = TestSocketUtils.findAvailableTcpPort();
        try (Service service = new Service(
                port, port, exchange -> exchange.getMessage().setBody(RESPONSE), "journey.grpc.client.deadline=1h")) {
            assertThat(service.call()).isEqualTo(Status.OK);
            int before = timers();
            for (int call = 0; call < 200; call++) {
                assertThat(service.call()).isEqualTo(Status.OK);
            }

            // Another call has whoever is busy with the connection look at its timers.
            await().atMost(Duration.ofSeconds(20)).until(() -> service.call().isOk() && timers() < before + 20);
        }
    }

    // A histogram of what lives: it is counted after a full collection.
    private static int timers() throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 3 && fields[3].equals(TIMER))
                .mapToInt(fields -> Integer.parseInt(fields[1]))
                .sum();
    }
}
