package dev.journey.grpc;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.grpc.GrpcAuthType;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.component.grpc.auth.jwt.JwtServerInterceptor;
import org.apache.camel.component.grpc.server.GrpcHeaderInterceptor;
import org.apache.camel.util.ObjectHelper;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** Makes the servers of the {@code grpc} consumers, and has their health follow the application's readiness. */
class RouteServers implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {

    private final GrpcProperties.Server settings;
    private final GrpcTls tls;
    private final Set<RouteServer> running = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;

    RouteServers(GrpcProperties.Server settings, GrpcTls tls) {
        this.settings = settings;
        this.tls = tls;
    }

    @Override
    public synchronized void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
        ready = event.getState() == ReadinessState.ACCEPTING_TRAFFIC;
        running.forEach(server -> server.setReady(ready));
    }

    synchronized RouteServer start(GrpcEndpoint endpoint, BindableService service) throws Exception {
        RouteServer server = build(endpoint, service);
        server.start(ready);
        running.add(server);
        return server;
    }

    void stop(RouteServer server) {
        running.remove(server);
        server.stop();
    }

    private RouteServer build(GrpcEndpoint endpoint, BindableService service) throws Exception {
        GrpcConfiguration configuration = endpoint.getConfiguration();
        if (ObjectHelper.isEmpty(configuration.getHost()) || configuration.getPort() <= 0) {
            throw new IllegalArgumentException("A grpc consumer needs a host and a port");
        }
        EndpointOptions options = new EndpointOptions(endpoint);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(configuration.getHost(), configuration.getPort()))
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
        configuration.getServerInterceptors().forEach(builder::intercept);
        CustomizableThreadFactory factory = new CustomizableThreadFactory("grpc-server-");
        factory.setDaemon(true);
        ExecutorService threads = Executors.newCachedThreadPool(factory);
        CallLimit limit = new CallLimit(configuration.getService(), settings.getMaxCalls(), threads);
        HealthStatusManager health = new HealthStatusManager();
        EndableCalls endless = new EndableCalls();
        builder.directExecutor()
                .addStreamTracerFactory(limit)
                .callExecutor(limit)
                .intercept(limit)
                .addService(ServerInterceptors.intercept(service, new GrpcHeaderInterceptor()))
                .addService(ServerInterceptors.intercept(health.getHealthService(), endless));
        if (settings.isReflection()) {
            builder.addService(ServerInterceptors.intercept(ProtoReflectionServiceV1.newInstance(), endless));
        }
        return new RouteServer(
                configuration.getService(), builder.build(), health, endless, threads, settings.getShutdownGrace());
    }

    private static long millis(Duration duration) {
        return duration.toMillis();
    }

    private static int bytes(long size) {
        return Math.toIntExact(size);
    }
}
