package dev.journey.localstack.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.util.Map;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.State;
import org.apache.qpid.server.model.SystemConfig;

/**
 * An AMQP 0-9-1 broker in this JVM for development and tests, in memory only: nothing survives {@link #close()}.
 *
 * <p>It listens on 127.0.0.1, knows the user {@code guest}, and has one virtual host that answers to {@code "/"}, {@code ""} and {@code "default"}. Several can run at once on different ports.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private final SystemLauncher launcher;
    private final int port;

    private EmbeddedBroker(SystemLauncher launcher, int port) {
        this.launcher = launcher;
        this.port = port;
    }

    /**
     * Starts a broker whose user's password is {@code guest}, as RabbitMQ's is.
     *
     * @see #start(int, String)
     */
    public static EmbeddedBroker start(int port) {
        return start(port, "guest");
    }

    /**
     * Starts a broker and returns once it accepts connections.
     *
     * @param port the TCP port to listen on, 0 for any free one
     * @param password of the user {@code guest}
     * @throws IllegalArgumentException if the port is not between 0 and 65535
     * @throws IllegalStateException if the broker cannot listen there or fails to start
     */
    public static EmbeddedBroker start(int port, String password) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("not a TCP port: " + port);
        }
        // The broker itself would report a taken port with pages of stack traces and no word of the port.
        try {
            new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
        } catch (IOException exception) {
            throw new IllegalStateException("cannot listen on 127.0.0.1:" + port, exception);
        }
        ConfigurationCapture capture = new ConfigurationCapture();
        SystemLauncher launcher = new SystemLauncher(capture);
        try {
            launcher.startup(settings(port, password));
            return new EmbeddedBroker(launcher, capture.boundPort());
        } catch (Exception exception) {
            launcher.shutdown();
            throw new IllegalStateException("the embedded broker did not start on port " + port, exception);
        }
    }

    /** The TCP port on 127.0.0.1 that the broker listens on. */
    public int port() {
        return port;
    }

    /** Closes every connection, frees the port and forgets all queues and messages. */
    @Override
    public void close() {
        launcher.shutdown();
    }

    private static Map<String, Object> settings(int port, String password) {
        URL configuration = EmbeddedBroker.class.getResource("broker.json");
        return Map.of(
                "type",
                "Memory",
                "startupLoggedToSystemOut",
                false,
                "initialConfigurationLocation",
                configuration.toExternalForm(),
                "context",
                Map.of(
                        "journey.amqp.port", Integer.toString(port),
                        "journey.amqp.password", password,
                        // Otherwise a port that is taken leaves a running broker that nobody can reach.
                        "broker.failStartupWithErroredChild", "true",
                        // As RabbitMQ, which returns what it cannot route and keeps the connection.
                        "qpid.port.closeWhenNoRoute", "false",
                        "queue.behaviourOnUnknownDeclareArgument", "IGNORE",
                        "queue.maximumDeliveryAttempts", "0"));
    }

    /** The launcher hands its configuration, which alone knows the port in use, to listeners only. */
    private static final class ConfigurationCapture extends DefaultSystemLauncherListener {

        private volatile SystemConfig<?> configuration;

        @Override
        public void onContainerResolve(SystemConfig<?> systemConfig) {
            configuration = systemConfig;
        }

        int boundPort() {
            return configuration.getContainer().getChildren(Port.class).stream()
                    .filter(port -> port.getState() == State.ACTIVE)
                    .mapToInt(port -> port.getBoundPort())
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the broker has no open port"));
        }
    }
}
