package dev.journey.gateway;

import checkout.CheckoutGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/** Counts the calls to the checkout service. */
@Component
class CheckoutCalls implements ClientInterceptor {

    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();

    @Override
    public <RequestT, ResponseT> ClientCall<RequestT, ResponseT> interceptCall(
            MethodDescriptor<RequestT, ResponseT> method, CallOptions options, Channel next) {
        ClientCall<RequestT, ResponseT> call = next.newCall(method, options);
        return CheckoutGrpc.SERVICE_NAME.equals(method.getServiceName()) ? new Counted<>(call) : call;
    }

    Figures figures() {
        return new Figures(answered.sum(), refused.sum(), failed.sum(), inFlight.get());
    }

    private void count(Status status) {
        answered.increment();
        switch (status.getCode()) {
            case OK -> {}
            case INVALID_ARGUMENT, NOT_FOUND -> refused.increment();
            default -> failed.increment();
        }
    }

    private final class Counted<RequestT, ResponseT> extends SimpleForwardingClientCall<RequestT, ResponseT> {

        Counted(ClientCall<RequestT, ResponseT> call) {
            super(call);
        }

        @Override
        public void start(Listener<ResponseT> listener, Metadata headers) {
            inFlight.incrementAndGet();
            super.start(
                    new SimpleForwardingClientCallListener<>(listener) {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            inFlight.decrementAndGet();
                            count(status);
                            super.onClose(status, trailers);
                        }
                    },
                    headers);
        }
    }
}
