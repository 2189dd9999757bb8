package dev.journey.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Bounds the calls that a route has in progress: each of them has a thread, and no other waits for one. A call that is
 * refused never leaves the connection's own thread. A call that its client has given up counts until the route is through
 * with it.
 *
 * <p>Calls of other services are not counted and run on the connection's thread: they never wait for anything.
 */
final class CallLimit extends ServerStreamTracer.Factory implements ServerCallExecutorSupplier, ServerInterceptor {

    private static final Context.Key<Call> CALL = Context.key("limited-call");

    private final String service;
    private final Semaphore permits;
    private final Executor threads;

    /** @param threads has a free thread for each call that the limit lets in */
    CallLimit(String service, int limit, Executor threads) {
        this.service = service;
        this.permits = new Semaphore(limit);
        this.threads = threads;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return service.equals(MethodDescriptor.extractFullServiceName(method))
                ? new Call(permits.tryAcquire())
                : new ServerStreamTracer() {};
    }

    @Override
    public <RequestT, ResponseT> Executor getExecutor(ServerCall<RequestT, ResponseT> call, Metadata metadata) {
        Call limited = CALL.get();
        return limited != null && limited.admitted ? threads : Runnable::run;
    }

    @Override
    public <RequestT, ResponseT> ServerCall.Listener<RequestT> interceptCall(
            ServerCall<RequestT, ResponseT> call, Metadata headers, ServerCallHandler<RequestT, ResponseT> next) {
        Call limited = CALL.get();
        if (limited == null) {
            return next.startCall(call, headers);
        }
        if (!limited.admitted) {
            call.close(Status.UNAVAILABLE.withDescription("too many calls in progress"), new Metadata());
        }
        if (!limited.admitted || !limited.enter()) {
            return new ServerCall.Listener<>() {};
        }
        try {
            return new CountedListener<>(next.startCall(call, headers), limited);
        } finally {
            limited.leave();
        }
    }

    /** Does nothing once the call has lost its place. */
    private static final class CountedListener<RequestT> extends RouteCallListener<RequestT> {

        private final Call call;

        CountedListener(ServerCall.Listener<RequestT> listener, Call call) {
            super(listener);
            this.call = call;
        }

        @Override
        void run(Runnable callback) {
            if (call.enter()) {
                try {
                    callback.run();
                } finally {
                    call.leave();
                }
            }
        }
    }

    private final class Call extends ServerStreamTracer {

        private final boolean admitted;
        private boolean closed;
        private int running;

        Call(boolean admitted) {
            this.admitted = admitted;
        }

        @Override
        public Context filterContext(Context context) {
            return context.withValue(CALL, this);
        }

        @Override
        public synchronized void streamClosed(Status status) {
            closed = true;
            releaseWhenDone();
        }

        synchronized boolean enter() {
            if (closed && running == 0) {
                return false;
            }
            running++;
            return true;
        }

        synchronized void leave() {
            running--;
            releaseWhenDone();
        }

        private void releaseWhenDone() {
            if (admitted && closed && running == 0) {
                permits.release();
            }
        }
    }
}
