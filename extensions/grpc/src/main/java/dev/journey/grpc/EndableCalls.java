package dev.journey.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ends the calls that would go on for ever, such as a watch of the health, so that a stop does not wait for them. */
final class EndableCalls implements ServerInterceptor {

    private final Set<EndableCall<?, ?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    @Override
    public <RequestT, ResponseT> ServerCall.Listener<RequestT> interceptCall(
            ServerCall<RequestT, ResponseT> call, Metadata headers, ServerCallHandler<RequestT, ResponseT> next) {
        EndableCall<RequestT, ResponseT> endable = new EndableCall<>(call);
        open.add(endable);
        ServerCall.Listener<RequestT> listener = next.startCall(endable, headers);
        if (ended) {
            endable.end();
        }
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onCancel() {
                open.remove(endable);
                super.onCancel();
            }

            @Override
            public void onComplete() {
                open.remove(endable);
                super.onComplete();
            }
        };
    }

    void end() {
        ended = true;
        open.forEach(EndableCall::end);
    }

    /** gRPC's calls are not for several threads. */
    private static final class EndableCall<RequestT, ResponseT>
            extends SimpleForwardingServerCall<RequestT, ResponseT> {

        private boolean closed;

        EndableCall(ServerCall<RequestT, ResponseT> call) {
            super(call);
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!closed) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(ResponseT message) {
            if (!closed) {
                super.sendMessage(message);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!closed) {
                closed = true;
                super.close(status, trailers);
            }
        }

        void end() {
            close(Status.UNAVAILABLE.withDescription("the server is stopping"), new Metadata());
        }
    }
}
