package dev.journey.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;

/**
 * Gives a call that has no deadline one, so that a server that does not answer cannot hold its caller for ever: the
 * call then ends with {@code DEADLINE_EXCEEDED}, or with {@code UNAVAILABLE} where there was no connection to send it
 * on.
 *
 * <p>A deadline that the call has already is kept. One that the current {@link io.grpc.Context} carries, as it does in
 * a route that serves a call, still holds where it is the earlier one.
 */
public class DeadlineClientInterceptor implements ClientInterceptor {

    private final Duration deadline;

    /**
     * @param deadline the longest a call may take; zero sets no deadline
     * @throws IllegalArgumentException if it is negative
     */
    public DeadlineClientInterceptor(Duration deadline) {
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("The deadline must not be negative: " + deadline);
        }
        this.deadline = deadline;
    }

    @Override
    public <RequestT, ResponseT> ClientCall<RequestT, ResponseT> interceptCall(
            MethodDescriptor<RequestT, ResponseT> method, CallOptions options, Channel next) {
        boolean bounded = options.getDeadline() != null || deadline.isZero();
        SentStreamTracer sent = new SentStreamTracer();
        CallOptions traced = options.withStreamTracerFactory(sent);
        return new SimpleForwardingClientCall<>(
                next.newCall(method, bounded ? traced : traced.withDeadlineAfter(deadline))) {
            @Override
            public void start(Listener<ResponseT> listener, Metadata headers) {
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                super.onClose(sent.outcome(status), trailers);
                            }
                        },
                        headers);
            }
        };
    }

    /**
     * Knows whether a call got as far as a connection. A host that is gone does not refuse one: the call waits for it
     * until its deadline. To the caller it makes a difference, since what was never sent can be sent again.
     */
    private static final class SentStreamTracer extends ClientStreamTracer.Factory {

        private volatile boolean sent;

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void streamCreated(Attributes transport, Metadata sentHeaders) {
                    sent = true;
                }
            };
        }

        Status outcome(Status status) {
            return status.getCode() == Status.Code.DEADLINE_EXCEEDED && !sent
                    ? Status.UNAVAILABLE
                            .withDescription("no connection within the deadline")
                            .withCause(status.asException())
                    : status;
        }
    }
}
