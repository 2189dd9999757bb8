package dev.journey.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.component.grpc.GrpcProducer;
import org.springframework.beans.BeanUtils;

/**
 * A {@code grpc} producer whose channel is back as soon as its server is, and that does not wait long for one that is
 * gone.
 *
 * <p>The channel that Camel makes is private to its producer. It stays without a connection: its innermost interceptor
 * sends every call on this one's channel instead.
 */
class ReconnectingGrpcProducer extends GrpcProducer {

    private final GrpcProperties.Client settings;
    private final GrpcTls tls;
    private EventLoopGroup eventLoop;
    private ManagedChannel channel;
    private ScheduledExecutorService reconnecting;

    ReconnectingGrpcProducer(GrpcEndpoint endpoint, GrpcProperties.Client settings, GrpcTls tls) {
        super(endpoint, copy(endpoint.getConfiguration()));
        this.settings = settings;
        this.tls = tls;
        List<ClientInterceptor> interceptors = new ArrayList<>();
        interceptors.add(new OwnChannelInterceptor());
        // Camel finds them in any order. The first is the innermost: the others see the status that the route is told.
        configuration.getClientInterceptors().stream()
                .sorted(Comparator.comparing(interceptor -> !(interceptor instanceof DeadlineClientInterceptor)))
                .forEach(interceptors::add);
        configuration.setClientInterceptors(interceptors);
    }

    private static GrpcConfiguration copy(GrpcConfiguration configuration) {
        GrpcConfiguration copy = new GrpcConfiguration();
        BeanUtils.copyProperties(configuration, copy);
        return copy;
    }

    @Override
    protected void initializeChannel() throws Exception {
        super.initializeChannel();
        SslContext encryption = tls.client(endpoint);
        // One, since the deadline of a call is a timer of any of them: one that has no connection sleeps until its
        // first timer, and keeps those of calls that have ended for so long that the garbage collector takes them for
        // old.
        eventLoop = new NioEventLoopGroup(1, new DefaultThreadFactory("grpc-client", true));
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(configuration.getHost(), configuration.getPort())
                .eventLoopGroup(eventLoop)
                .channelType(NioSocketChannel.class)
                .withOption(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(settings.getConnectTimeout().toMillis()))
                .defaultLoadBalancingPolicy(settings.getLoadBalancing())
                .keepAliveTime(settings.getKeepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(settings.getKeepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .flowControlWindow(configuration.getFlowControlWindow())
                .userAgent(configuration.getUserAgent())
                .maxInboundMessageSize(configuration.getMaxMessageSize());
        if (encryption != null) {
            builder.sslContext(encryption);
        } else {
            builder.usePlaintext();
        }
        channel = builder.build();
        reconnecting = endpoint.getCamelContext()
                .getExecutorServiceManager()
                .newSingleThreadScheduledExecutor(this, "grpc-reconnect");
        long interval = settings.getReconnectInterval().toMillis();
        reconnecting.scheduleWithFixedDelay(this::reconnect, interval, interval, TimeUnit.MILLISECONDS);
    }

    // gRPC itself waits longer each time, up to two minutes.
    private void reconnect() {
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        if (channel != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(reconnecting);
            channel.shutdownNow();
            eventLoop.shutdownGracefully();
        }
    }

    private final class OwnChannelInterceptor implements ClientInterceptor {

        @Override
        public <RequestT, ResponseT> ClientCall<RequestT, ResponseT> interceptCall(
                MethodDescriptor<RequestT, ResponseT> method, CallOptions options, Channel next) {
            return channel.newCall(method, options);
        }
    }
}
