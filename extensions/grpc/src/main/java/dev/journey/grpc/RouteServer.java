package dev.journey.grpc;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The server of one route, with the health of the route's service. */
final class RouteServer {

    private final String service;
    private final Server server;
    private final HealthStatusManager health;
    private final EndableCalls endless;
    private final EventLoopGroup acceptor;
    private final EventLoopGroup connections;
    private final Duration grace;

    /**
     * @param acceptor takes this server's connections
     * @param connections serves this server's connections only
     */
    RouteServer(
            String service,
            Server server,
            HealthStatusManager health,
            EndableCalls endless,
            EventLoopGroup acceptor,
            EventLoopGroup connections,
            Duration grace) {
        this.service = service;
        this.server = server;
        this.health = health;
        this.endless = endless;
        this.acceptor = acceptor;
        this.connections = connections;
        this.grace = grace;
    }

    void start(boolean ready) throws IOException {
        setReady(ready);
        try {
            server.start();
        } catch (IOException | RuntimeException failure) {
            release();
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

    /** Takes no more connections and calls, and lets go of the socket; the calls in hand go on. */
    void refuse() {
        if (!server.isShutdown()) {
            health.enterTerminalState();
            server.shutdown();
            endless.end();
            endAcceptor();
        }
    }

    // A selector has its sockets until its next turn, and so long their address is not free, closed or not.
    private void endAcceptor() {
        acceptor.shutdownGracefully(0, grace.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(grace.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Takes no more calls, and returns once those in hand have ended; cancels them when their time is up. */
    void stop() {
        refuse();
        try {
            if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException exception) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        } finally {
            release();
        }
    }

    private void release() {
        endAcceptor();
        connections.shutdownGracefully(0, grace.toMillis(), TimeUnit.MILLISECONDS);
    }
}
