package dev.journey.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.time.Duration;

/**
 * Gives a call that has no deadline one, so that a server that does not answer cannot hold its caller for ever: the
 * call then ends with {@code DEADLINE_EXCEEDED}.
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
        return next.newCall(method, bounded ? options : options.withDeadlineAfter(deadline));
    }
}
