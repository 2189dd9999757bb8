package dev.journey.test;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls over HTTP/2 that need not be gRPC. */
final class RawGrpc implements AutoCloseable {

    private final EventLoopGroup threads = new NioEventLoopGroup(1);
    private final Channel connection;

    RawGrpc(int port) throws InterruptedException {
        connection = new Bootstrap()
                .group(threads)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient().build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                    }
                })
                .connect("127.0.0.1", port)
                .sync()
                .channel();
    }

    /**
     * Sends one call and returns the headers and trailers of its answer; {@code reset} is the code of a stream that was
     * reset instead.
     *
     * @param headers in place of those of a call that is right, or beside them
     * @param content all of the request's data
     */
    Map<String, String> call(Map<String, String> headers, byte[] content) throws Exception {
        CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();
        Http2StreamChannel stream = open(answer);
        Http2Headers all = new DefaultHttp2Headers(false)
                .method("POST")
                .scheme("http")
                .authority("localhost")
                .path("/checkout.Checkout/DoCheckout")
                .set("content-type", "application/grpc")
                .set("te", "trailers");
        headers.forEach(all::set);
        stream.write(new DefaultHttp2HeadersFrame(all, false));
        stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(content), true));
        return answer.get(20, TimeUnit.SECONDS);
    }

    private Http2StreamChannel open(CompletableFuture<Map<String, String>> answer) throws Exception {
        return new Http2StreamChannelBootstrap(connection)
                .handler(new SimpleChannelInboundHandler<Http2StreamFrame>() {
                    private final Map<String, String> received = new TreeMap<>();

                    @Override
                    protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
                        if (frame instanceof Http2HeadersFrame headers) {
                            headers.headers()
                                    .forEach(header -> received.put(
                                            header.getKey().toString(),
                                            header.getValue().toString()));
                        }
                    }

                    @Override
                    public void userEventTriggered(ChannelHandlerContext context, Object event) {
                        if (event instanceof Http2ResetFrame reset) {
                            received.put("reset", Long.toString(reset.errorCode()));
                        }
                    }

                    @Override
                    public void channelInactive(ChannelHandlerContext context) {
                        answer.complete(received);
                    }
                })
                .open()
                .get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        connection.close();
        threads.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }
}
