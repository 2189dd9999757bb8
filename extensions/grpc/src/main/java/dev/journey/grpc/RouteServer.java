package dev.journey.grpc;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** The server of one route, with the health of the route's service. */
final class RouteServer {

    private final String service;
    private final Server server;
    private final HealthStatusManager health;
    private final EndableCalls endless;
    private final ExecutorService threads;
    private final Duration grace;

    RouteServer(
            String service,
            Server server,
            HealthStatusManager health,
            EndableCalls endless,
            ExecutorService threads,
            Duration grace) {
        this.service = service;
        this.server = server;
        this.health = health;
        this.endless = endless;
        this.threads = threads;
        this.grace = grace;
    }

    void start(boolean ready) throws IOException {
        setReady(ready);
        try {
            server.start();
        } catch (IOException | RuntimeException failure) {
            threads.shutdown();
            throw failure;
        }
    }

    int port() {
        return server.getPort();
    }

    void setReady(boolean ready) {
        ServingStatus status = ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
        health.setStatus(service, status);
    }

    /** Takes no more calls, and returns once those in hand have ended; cancels them when their time is up. */
    void stop() {
        health.enterTerminalState();
        server.shutdown();
        endless.end();
        try {
            if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException exception) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdown();
        }
    }
}
