package dev.journey.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.ReflectableMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Decides what a caller is told of a route that failed.
 *
 * <p>Camel ends such a call with {@code INTERNAL} and the exception's message, whatever that says. Instead the status of
 * a {@link io.grpc.StatusRuntimeException} or {@link io.grpc.StatusException} in the cause chain goes out, with its
 * description (shortened to {@value #LONGEST_DESCRIPTION} characters) and trailers; without one it is {@code INTERNAL},
 * "{@value #NEUTRAL_DESCRIPTION}". So do calls whose route leaves a body that is not the method's response message.
 * Statuses that gRPC makes itself, and those without an exception behind them, stay as they are.
 */
public class StatusServerInterceptor implements ServerInterceptor {

    static final String NEUTRAL_DESCRIPTION = "internal error";
    static final int LONGEST_DESCRIPTION = 256;

    @Override
    public <RequestT, ResponseT> ServerCall.Listener<RequestT> interceptCall(
            ServerCall<RequestT, ResponseT> call, Metadata headers, ServerCallHandler<RequestT, ResponseT> next) {
        StatusCall<RequestT, ResponseT> statusCall = new StatusCall<>(call);
        try {
            return new StatusListener<>(next.startCall(statusCall, headers), statusCall);
        } catch (RuntimeException failure) {
            statusCall.fail(failure);
            throw failure;
        }
    }

    private static final class StatusCall<RequestT, ResponseT> extends SimpleForwardingServerCall<RequestT, ResponseT> {

        private boolean closed;

        StatusCall(ServerCall<RequestT, ResponseT> call) {
            super(call);
        }

        @Override
        public void sendMessage(ResponseT message) {
            Marshaller<ResponseT> marshaller = getMethodDescriptor().getResponseMarshaller();
            if (marshaller instanceof ReflectableMarshaller<ResponseT> reflectable
                    && !reflectable.getMessageClass().isInstance(message)) {
                // gRPC would only cancel the stream, and the caller would not learn whose fault it was.
                throw new ClassCastException("The route's body is not a "
                        + reflectable.getMessageClass().getName() + " but "
                        + (message == null ? "null" : "a " + message.getClass().getName()));
            }
            super.sendMessage(message);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closed = true;
            Status.Code code = status.getCode();
            if (status.getCause() != null && (code == Status.Code.INTERNAL || code == Status.Code.UNKNOWN)) {
                Metadata carried = Status.trailersFromThrowable(status.getCause());
                if (carried != null) {
                    trailers.merge(carried);
                }
                super.close(shorten(outgoing(status)), trailers);
            } else {
                super.close(shorten(status), trailers);
            }
        }

        void fail(RuntimeException failure) {
            if (!closed) {
                close(Status.UNKNOWN.withCause(failure), new Metadata());
            }
        }

        private static Status outgoing(Status status) {
            return GrpcStatus.find(status.getCause())
                    .filter(carried -> !carried.isOk())
                    .orElseGet(() ->
                            Status.INTERNAL.withDescription(NEUTRAL_DESCRIPTION).withCause(status.getCause()));
        }

        private static Status shorten(Status status) {
            String description = status.getDescription();
            return description == null || description.length() <= LONGEST_DESCRIPTION
                    ? status
                    : status.withDescription(description.substring(0, LONGEST_DESCRIPTION));
        }
    }

    /** Ends the call when handling it throws, before gRPC does so with {@code UNKNOWN}; gRPC still logs the failure. */
    private static final class StatusListener<RequestT> extends RouteCallListener<RequestT> {

        private final StatusCall<RequestT, ?> call;

        StatusListener(ServerCall.Listener<RequestT> listener, StatusCall<RequestT, ?> call) {
            super(listener);
            this.call = call;
        }

        @Override
        void run(Runnable callback) {
            try {
                callback.run();
            } catch (RuntimeException failure) {
                call.fail(failure);
                throw failure;
            }
        }
    }
}
