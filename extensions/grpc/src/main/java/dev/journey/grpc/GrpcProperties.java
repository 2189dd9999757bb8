package dev.journey.grpc;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Settings of this extension, all below {@code journey.grpc}. */
@ConfigurationProperties("journey.grpc")
public class GrpcProperties {

    /** What holds for calls that a {@code grpc} producer makes. */
    private final Client client = new Client();

    public Client getClient() {
        return client;
    }

    /** Settings below {@code journey.grpc.client}. */
    public static class Client {

        /** The longest a call may take that has no deadline of its own. Zero: as long as it likes. */
        private Duration deadline = Duration.ofSeconds(5);

        public Duration getDeadline() {
            return deadline;
        }

        public void setDeadline(Duration deadline) {
            this.deadline = deadline;
        }
    }
}
