package dev.journey.tracing;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.semconv.incubating.RpcIncubatingAttributes;

/**
 * Writes the context of the current span to the metadata of a call, and the name of the called method to the span.
 * Camel's gRPC endpoints take it by themselves ({@code autoDiscoverClientInterceptors}).
 */
public final class GrpcClientTraceInterceptor implements ClientInterceptor {

    private final TextMapPropagator propagator;

    /** Makes an interceptor that writes what the propagator writes. */
    public GrpcClientTraceInterceptor(TextMapPropagator propagator) {
        this.propagator = propagator;
    }

    @Override
    public <RequestT, ResponseT> ClientCall<RequestT, ResponseT> interceptCall(
            MethodDescriptor<RequestT, ResponseT> method, CallOptions options, Channel next) {
        Context context = Context.current();
        ExchangeSpan span = ExchangeSpan.in(context);
        if (span != null && span.conventions() instanceof GrpcConventions) {
            span.span().updateName(method.getFullMethodName());
            span.span().setAttribute(RpcIncubatingAttributes.RPC_METHOD, method.getFullMethodName());
        }
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<ResponseT> listener, Metadata headers) {
                propagator.inject(context, headers, CallMetadata.SETTER);
                super.start(listener, headers);
            }
        };
    }
}
