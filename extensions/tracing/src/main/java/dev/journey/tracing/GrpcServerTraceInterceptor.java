package dev.journey.tracing;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.context.propagation.TextMapPropagator;

/**
 * Keeps the metadata of a call where {@link GrpcConventions} finds the caller's trace context. Camel's gRPC endpoints
 * take it by themselves ({@code autoDiscoverServerInterceptors}).
 */
public final class GrpcServerTraceInterceptor implements ServerInterceptor {

    static final Context.Key<Call> CALL = Context.key("trace-call");

    @Override
    public <RequestT, ResponseT> ServerCall.Listener<RequestT> interceptCall(
            ServerCall<RequestT, ResponseT> call, Metadata headers, ServerCallHandler<RequestT, ResponseT> next) {
        Call received = new Call(call.getMethodDescriptor().getFullMethodName(), headers);
        return Contexts.interceptCall(Context.current().withValue(CALL, received), call, headers, next);
    }

    record Call(String method, Metadata metadata) {

        io.opentelemetry.context.Context extract(
                io.opentelemetry.context.Context context, TextMapPropagator propagator) {
            return propagator.extract(context, metadata, CallMetadata.GETTER);
        }
    }
}
