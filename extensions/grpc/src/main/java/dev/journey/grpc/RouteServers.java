package dev.journey.grpc;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NettyRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.grpc.GrpcAuthType;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.component.grpc.auth.jwt.JwtServerInterceptor;
import org.apache.camel.component.grpc.server.GrpcHeaderInterceptor;
import org.apache.camel.util.ObjectHelper;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.lang.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Makes the servers of the {@code grpc} consumers, and has their health follow the application's readiness. The address of
 * a suspended server stays listened on, and is for the next one that starts there.
 */
class RouteServers implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>>, DisposableBean {

    private final GrpcProperties.Server settings;
    private final GrpcTls tls;
    private final ObjectProvider<BindableService> others;
    private final Executor threads;
    private final Map<RouteServer, ListeningSocket> running = new HashMap<>();
    private final Map<RouteServer, ListeningSocket> suspended = new HashMap<>();
    private boolean ready;

    /**
     * @param others what each server serves beside its route
     * @param threads has a free thread for each call; it ends with the application
     */
    RouteServers(
            GrpcProperties.Server settings, GrpcTls tls, ObjectProvider<BindableService> others, Executor threads) {
        this.settings = settings;
        this.tls = tls;
        this.others = others;
        this.threads = threads;
    }

    @Override
    public synchronized void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
        ready = event.getState() == ReadinessState.ACCEPTING_TRAFFIC;
        running.keySet().forEach(server -> server.setReady(ready));
    }

    synchronized RouteServer start(GrpcEndpoint endpoint, BindableService service) throws Exception {
        GrpcConfiguration configuration = endpoint.getConfiguration();
        if (ObjectHelper.isEmpty(configuration.getHost()) || configuration.getPort() <= 0) {
            throw new IllegalArgumentException("A grpc consumer needs a host and a port");
        }
        InetSocketAddress address = new InetSocketAddress(configuration.getHost(), configuration.getPort());
        ListeningSocket kept = takeOver(address);
        ListeningSocket socket = kept != null ? kept : ListeningSocket.open(address);
        try {
            RouteServer server = build(endpoint, service, socket);
            server.start(ready);
            running.put(server, socket);
            return server;
        } catch (Exception failure) {
            socket.close();
            throw failure;
        }
    }

    /** The socket of a suspended server at this address; one on another host's address of the port is closed. */
    @Nullable
    private ListeningSocket takeOver(InetSocketAddress address) throws IOException {
        for (Map.Entry<RouteServer, ListeningSocket> entry : suspended.entrySet()) {
            ListeningSocket socket = entry.getValue();
            if (socket.address().getPort() == address.getPort()) {
                suspended.remove(entry.getKey());
                if (socket.address().equals(address)) {
                    return socket;
                }
                socket.close();
                return null;
            }
        }
        return null;
    }

    /** The server takes no more calls, and the next one that starts at its address has the connections that come. */
    synchronized void suspend(RouteServer server) {
        server.refuse();
        suspended.put(server, running.remove(server));
    }

    /** The server takes no more calls, and its address is free unless another one has it. */
    void refuse(RouteServer server) throws IOException {
        ListeningSocket socket = forget(server);
        server.refuse();
        if (socket != null) {
            socket.close();
        }
    }

    @Override
    public void destroy() {
        if (threads instanceof ExecutorService pool) {
            pool.shutdown();
        }
    }

    void stop(RouteServer server) throws IOException {
        refuse(server);
        server.stop();
    }

    /** The socket of the server, or null if that is another's now, or closed. */
    @Nullable
    private synchronized ListeningSocket forget(RouteServer server) {
        ListeningSocket socket = suspended.remove(server);
        return socket != null ? socket : running.remove(server);
    }

    private RouteServer build(GrpcEndpoint endpoint, BindableService service, ListeningSocket socket) throws Exception {
        GrpcConfiguration configuration = endpoint.getConfiguration();
        EndpointOptions options = new EndpointOptions(endpoint);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(socket.address())
                .channelFactory(socket::channel)
                .handshakeTimeout(millis(settings.getHandshakeTimeout()), TimeUnit.MILLISECONDS)
                .maxInboundMessageSize(options.choose(
                        "maxMessageSize",
                        configuration.getMaxMessageSize(),
                        bytes(settings.getMaxMessageSize().toBytes())))
                .maxInboundMetadataSize(options.choose(
                        "maxInboundMetadataSize",
                        configuration.getMaxInboundMetadataSize(),
                        bytes(settings.getMaxMetadataSize().toBytes())))
                .maxConcurrentCallsPerConnection(options.choose(
                        "maxConcurrentCallsPerConnection",
                        configuration.getMaxConcurrentCallsPerConnection(),
                        settings.getMaxCallsPerConnection()))
                .keepAliveTime(
                        options.choose(
                                "keepAliveTime", configuration.getKeepAliveTime(), millis(settings.getKeepAliveTime())),
                        TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(
                        options.choose(
                                "permitKeepAliveTime",
                                configuration.getPermitKeepAliveTime(),
                                millis(settings.getPermitKeepAliveTime())),
                        TimeUnit.MILLISECONDS)
                .maxConnectionIdle(
                        options.choose(
                                "maxConnectionIdle",
                                configuration.getMaxConnectionIdle(),
                                millis(settings.getMaxConnectionIdle())),
                        TimeUnit.MILLISECONDS)
                .maxConnectionAge(
                        options.choose(
                                "maxConnectionAge",
                                configuration.getMaxConnectionAge(),
                                millis(settings.getMaxConnectionAge())),
                        TimeUnit.MILLISECONDS)
                .keepAliveTimeout(configuration.getKeepAliveTimeout(), TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(configuration.getMaxConnectionAgeGrace(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(configuration.isPermitKeepAliveWithoutCalls())
                .initialFlowControlWindow(configuration.getInitialFlowControlWindow())
                .flowControlWindow(configuration.getFlowControlWindow());
        if (configuration.getMaxRstFramesPerWindow() > 0) {
            builder.maxRstFramesPerWindow(
                    configuration.getMaxRstFramesPerWindow(), configuration.getMaxRstPeriodSeconds());
        }
        SslContext encryption = tls.server(endpoint);
        if (encryption != null) {
            builder.sslContext(encryption);
        }
        return serve(endpoint, service, builder);
    }

    private RouteServer serve(GrpcEndpoint endpoint, BindableService service, NettyServerBuilder builder) {
        GrpcConfiguration configuration = endpoint.getConfiguration();
        if (configuration.getAuthenticationType() == GrpcAuthType.JWT) {
            builder.intercept(new JwtServerInterceptor(
                    configuration.getJwtAlgorithm(),
                    configuration.getJwtSecret(),
                    configuration.getJwtIssuer(),
                    configuration.getJwtSubject()));
        }
        // Camel finds them in any order. The first is the innermost: the others see the status that goes out.
        configuration.getServerInterceptors().stream()
                .sorted(Comparator.comparing(interceptor -> !(interceptor instanceof StatusServerInterceptor)))
                .forEach(builder::intercept);
        EventLoopGroup acceptor = new NioEventLoopGroup(1, daemons("grpc-acceptor-"));
        EventLoopGroup connections =
                new NioEventLoopGroup(NettyRuntime.availableProcessors(), daemons("grpc-connections-"));
        CallLimit limit = new CallLimit(configuration.getService(), settings.getMaxCalls(), threads);
        HealthStatusManager health = new HealthStatusManager();
        EndableCalls endless = new EndableCalls();
        builder.bossEventLoopGroup(acceptor)
                .workerEventLoopGroup(connections)
                .directExecutor()
                .addStreamTracerFactory(limit)
                .callExecutor(limit)
                .intercept(limit)
                .intercept(new UndecodableRequests())
                .addService(ServerInterceptors.intercept(
                        UndecodableRequests.mark(service.bindService()), new GrpcHeaderInterceptor()))
                .addService(ServerInterceptors.intercept(health.getHealthService(), endless));
        others.orderedStream().forEach(builder::addService);
        if (settings.isReflection()) {
            builder.addService(ServerInterceptors.intercept(ProtoReflectionServiceV1.newInstance(), endless));
        }
        return new RouteServer(
                configuration.getService(),
                builder.build(),
                health,
                endless,
                acceptor,
                connections,
                settings.getShutdownGrace());
    }

    static ThreadFactory daemons(String prefix) {
        CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
        factory.setDaemon(true);
        return factory;
    }

    private static long millis(Duration duration) {
        return duration.toMillis();
    }

    private static int bytes(long size) {
        return Math.toIntExact(size);
    }
}
