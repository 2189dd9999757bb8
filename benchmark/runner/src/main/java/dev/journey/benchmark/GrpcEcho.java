package dev.journey.benchmark;

import checkout.CheckoutGrpc;
import checkout.CheckoutRequest;
import checkout.CheckoutResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A bare gRPC server that answers a checkout at once, and its client: two processes, as in the journey. */
final class GrpcEcho {

    private GrpcEcho() {}

    /** {@code server PORT}, or {@code client PORT CALLS-AT-ONCE WARM-UP-SECONDS SECONDS}, which prints calls a second. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        if (arguments[0].equals("server")) {
            server(port).awaitTermination();
            return;
        }
        System.out.println(rate(
                port, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4])));
    }

    static Server server(int port) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .addService(new CheckoutGrpc.CheckoutImplBase() {
                    @Override
                    public void doCheckout(CheckoutRequest request, StreamObserver<CheckoutResponse> response) {
                        response.onNext(CheckoutResponse.newBuilder()
                                .setTotalAmount(1234)
                                .build());
                        response.onCompleted();
                    }
                })
                .build()
                .start();
    }

    private static double rate(int port, int atOnce, int warmUpSeconds, int seconds) throws InterruptedException {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        Caller caller = new Caller(CheckoutGrpc.newStub(channel));
        for (int call = 0; call < atOnce; call++) {
            caller.call();
        }
        TimeUnit.SECONDS.sleep(warmUpSeconds);
        long before = caller.answers.get();
        long begin = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double rate = (caller.answers.get() - before) * 1e9 / (System.nanoTime() - begin);
        caller.stopped = true;
        channel.shutdown().awaitTermination(5, TimeUnit.SECONDS);
        return rate;
    }

    /** Makes a call as soon as another is answered. */
    private static final class Caller implements StreamObserver<CheckoutResponse> {

        private static final CheckoutRequest REQUEST =
                CheckoutRequest.newBuilder().addAllItemsID(List.of(1, 2, 3, 4)).build();

        private final CheckoutGrpc.CheckoutStub checkout;
        private final AtomicLong answers = new AtomicLong();
        private volatile boolean stopped;

        Caller(CheckoutGrpc.CheckoutStub checkout) {
            this.checkout = checkout;
        }

        void call() {
            checkout.doCheckout(REQUEST, this);
        }

        @Override
        public void onNext(CheckoutResponse response) {
            // There is nothing to do with it.
        }

        @Override
        public void onError(Throwable failure) {
            throw new IllegalStateException(failure);
        }

        @Override
        public void onCompleted() {
            answers.incrementAndGet();
            if (!stopped) {
                call();
            }
        }
    }
}
