package dev.journey.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The whole system as processes: RabbitMQ, a trace backend, the three services; and what arrives at its end. */
final class Journey implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Pattern TAKEN = Pattern.compile("\\[([0-9a-f]{32}),[0-9a-f]{16}] .*Order taken");
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

    private final Ledger ledger;
    private final RabbitMQ broker;
    private final TraceBackend traces;
    private final Service gateway;
    private final Service checkout;
    private final Service stock;
    private final URI entrance;

    /**
     * @param root the project's folder
     * @param folder for logs and the broker's data
     * @param rabbitMQ the folder of RabbitMQ's programs
     */
    Journey(Path root, Path folder, Path rabbitMQ, FreePorts ports, Ledger ledger) throws IOException {
        this.ledger = ledger;
        Path logs = folder.resolve("logs");
        Files.createDirectories(logs);
        broker = new RabbitMQ(rabbitMQ, folder.resolve("rabbitmq"), ports);
        traces = new TraceBackend(ports.find());
        String http = "127.0.0.1:" + ports.find();
        String grpc = "127.0.0.1:" + ports.find();
        entrance = URI.create("http://" + http + "/api/checkout");
        Consumer<String> unread = line -> {};
        gateway = new Service(
                "gateway",
                root,
                logs,
                ports.find(),
                environment(Map.of("HTTP_ADDRESS", http, "CHECKOUT_SERVICE_ADDRESS", grpc)),
                unread);
        checkout = new Service("checkout", root, logs, ports.find(), environment(Map.of("GRPC_ADDRESS", grpc)), unread);
        stock = new Service("stock", root, logs, ports.find(), environment(Map.of()), this::readStock);
    }

    private Map<String, String> environment(Map<String, String> own) {
        Map<String, String> environment = new LinkedHashMap<>(own);
        environment.put("RABBITMQ_HOST", "127.0.0.1");
        environment.put("RABBITMQ_PORT", Integer.toString(broker.port()));
        environment.put("RABBITMQ_USER", RabbitMQ.USER);
        environment.put("RABBITMQ_PASS", RabbitMQ.USER);
        environment.put("JAEGER_ENDPOINT", "127.0.0.1:" + traces.port());
        return environment;
    }

    /**
     * Starts everything and returns once all of it is ready.
     *
     * @throws IllegalStateException if something does not get ready in time
     */
    void start() throws IOException, InterruptedException {
        traces.start();
        broker.start();
        await(broker::isUp, "RabbitMQ");
        services().forEach(Service::start);
        for (Service service : services()) {
            await(service::isReady, service.name());
        }
    }

    /** Ends the three services, and starts them again: for when they do not recover by themselves. */
    void restartServices() throws InterruptedException {
        for (Service service : services()) {
            service.kill();
            service.start();
        }
        for (Service service : services()) {
            await(service::isReady, service.name());
        }
    }

    private static void await(Waiting.Condition ready, String what) throws InterruptedException {
        if (!Waiting.until(ready, START_LIMIT)) {
            throw new IllegalStateException(what + " does not get ready; the logs tell why");
        }
    }

    private void readStock(String line) {
        Matcher taken = TAKEN.matcher(line);
        if (taken.find()) {
            ledger.taken(taken.group(1), System.nanoTime());
        }
    }

    /** Enters the dead letters in the ledger, where the broker answers. */
    void readDeadLetters() {
        try {
            for (String traceparent : broker.takeDeadLetters()) {
                Matcher context = TRACEPARENT.matcher(traceparent);
                ledger.deadLettered(context.matches() ? context.group(1) : traceparent);
            }
        } catch (IOException notNow) {
            // The caller asks again.
        }
    }

    /** Where checkouts go. */
    URI entrance() {
        return entrance;
    }

    RabbitMQ broker() {
        return broker;
    }

    TraceBackend traces() {
        return traces;
    }

    Service gateway() {
        return gateway;
    }

    Service checkout() {
        return checkout;
    }

    Service stock() {
        return stock;
    }

    List<Service> services() {
        return List.of(gateway, checkout, stock);
    }

    /** Ends every process. */
    @Override
    public void close() {
        try {
            for (Service service : services()) {
                service.kill();
            }
            broker.stop();
            traces.close();
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
    }
}
