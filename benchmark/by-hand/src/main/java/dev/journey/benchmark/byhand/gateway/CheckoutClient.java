package dev.journey.benchmark.byhand.gateway;

import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_METHOD;
import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_RESPONSE_STATUS_CODE;
import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_SYSTEM_NAME;

import checkout.CheckoutGrpc;
import checkout.CheckoutRequest;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Calls the checkout service, and makes the gRPC client span. */
@Component
class CheckoutClient {

    private static final TextMapSetter<Metadata> SETTER =
            (metadata, key, value) -> metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    private static final String METHOD = CheckoutGrpc.getDoCheckoutMethod().getFullMethodName();

    private final CheckoutGrpc.CheckoutBlockingStub checkout;
    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final Duration deadline;
    private final long port;

    CheckoutClient(
            CheckoutGrpc.CheckoutBlockingStub checkout,
            Tracer tracer,
            TextMapPropagator propagator,
            @Value("${journey.deadline}") Duration deadline,
            @Value("${CHECKOUT_PORT}") int port) {
        this.checkout = checkout;
        this.tracer = tracer;
        this.propagator = propagator;
        this.deadline = deadline;
        this.port = port;
    }

    /** @throws StatusRuntimeException if the checkout was not taken */
    void process(CheckoutRequest request) {
        Span span = tracer.spanBuilder(METHOD)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(RPC_SYSTEM_NAME, "grpc")
                .setAttribute(RPC_METHOD, METHOD)
                .setAttribute(ServerAttributes.SERVER_ADDRESS, "127.0.0.1")
                .setAttribute(ServerAttributes.SERVER_PORT, port)
                .startSpan();
        try {
            Metadata metadata = new Metadata();
            propagator.inject(Context.current().with(span), metadata, SETTER);
            checkout.withDeadlineAfter(deadline)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                    .doCheckout(request);
            span.setAttribute(RPC_RESPONSE_STATUS_CODE, "OK");
        } catch (StatusRuntimeException exception) {
            String code = exception.getStatus().getCode().name();
            span.setAttribute(RPC_RESPONSE_STATUS_CODE, code);
            span.setAttribute(ErrorAttributes.ERROR_TYPE, code);
            span.setStatus(StatusCode.ERROR);
            span.recordException(exception);
            throw exception;
        } finally {
            span.end();
        }
    }
}
