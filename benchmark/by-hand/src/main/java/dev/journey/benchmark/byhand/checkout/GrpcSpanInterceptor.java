package dev.journey.benchmark.byhand.checkout;

import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_METHOD;
import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_RESPONSE_STATUS_CODE;
import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_SYSTEM_NAME;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The gRPC server span. */
@Component
class GrpcSpanInterceptor implements ServerInterceptor {

    private static final TextMapGetter<Metadata> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Metadata carrier) {
            return carrier.keys();
        }

        @Override
        public String get(Metadata carrier, String key) {
            return carrier.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
        }
    };

    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final long port;

    GrpcSpanInterceptor(Tracer tracer, TextMapPropagator propagator, @Value("${GRPC_PORT}") int port) {
        this.tracer = tracer;
        this.propagator = propagator;
        this.port = port;
    }

    @Override
    public <RequestT, ResponseT> ServerCall.Listener<RequestT> interceptCall(
            ServerCall<RequestT, ResponseT> call, Metadata headers, ServerCallHandler<RequestT, ResponseT> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        Context parent = propagator.extract(Context.root(), headers, GETTER);
        Span span = tracer.spanBuilder(method)
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent)
                .setAttribute(RPC_SYSTEM_NAME, "grpc")
                .setAttribute(RPC_METHOD, method)
                .setAttribute(ServerAttributes.SERVER_ADDRESS, "127.0.0.1")
                .setAttribute(ServerAttributes.SERVER_PORT, port)
                .startSpan();
        Context context = parent.with(span);
        return new SimpleForwardingServerCallListener<>(next.startCall(new SpanEndingCall<>(call, span), headers)) {
            @Override
            public void onHalfClose() {
                // It calls the method.
                try (Scope scope = context.makeCurrent()) {
                    super.onHalfClose();
                }
            }

            @Override
            public void onCancel() {
                end(span, Status.CANCELLED);
                super.onCancel();
            }
        };
    }

    private static void end(Span span, Status status) {
        span.setAttribute(RPC_RESPONSE_STATUS_CODE, status.getCode().name());
        switch (status.getCode()) {
            case UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS -> {
                span.setAttribute(ErrorAttributes.ERROR_TYPE, status.getCode().name());
                span.setStatus(StatusCode.ERROR);
            }
            default -> {}
        }
        span.end();
    }

    private static final class SpanEndingCall<RequestT, ResponseT>
            extends SimpleForwardingServerCall<RequestT, ResponseT> {

        private final Span span;

        SpanEndingCall(ServerCall<RequestT, ResponseT> call, Span span) {
            super(call);
            this.span = span;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            end(span, status);
            super.close(status, trailers);
        }
    }
}
