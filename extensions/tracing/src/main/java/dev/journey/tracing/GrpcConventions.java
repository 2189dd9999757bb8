package dev.journey.tracing;

import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_METHOD;
import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_RESPONSE_STATUS_CODE;
import static io.opentelemetry.semconv.incubating.RpcIncubatingAttributes.RPC_SYSTEM_NAME;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.semconv.ServerAttributes;
import java.util.EnumSet;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.telemetry.Op;

/**
 * gRPC client and server spans of {@code grpc}. What a client sent is in the metadata of the call
 * ({@link GrpcServerTraceInterceptor}), and that is where a client writes it ({@link GrpcClientTraceInterceptor}).
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/rpc/grpc/">Semantic conventions, gRPC</a>
 */
final class GrpcConventions implements EndpointConventions {

    // Semantic conventions, gRPC: the codes that are a server's own failure.
    private static final Set<Status.Code> SERVER_ERRORS = EnumSet.of(
            Status.Code.UNKNOWN,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.UNIMPLEMENTED,
            Status.Code.INTERNAL,
            Status.Code.UNAVAILABLE,
            Status.Code.DATA_LOSS);

    @Override
    public boolean supports(Endpoint endpoint) {
        return endpoint instanceof GrpcEndpoint;
    }

    @Override
    public SpanBuilder start(Tracer tracer, Exchange exchange, Endpoint endpoint, Op operation) {
        GrpcConfiguration configuration = ((GrpcEndpoint) endpoint).getConfiguration();
        String method = method(configuration, operation);
        return tracer.spanBuilder(method)
                .setSpanKind(operation == Op.EVENT_RECEIVED ? SpanKind.SERVER : SpanKind.CLIENT)
                .setAttribute(RPC_SYSTEM_NAME, "grpc")
                .setAttribute(RPC_METHOD, method)
                .setAttribute(ServerAttributes.SERVER_ADDRESS, configuration.getHost())
                .setAttribute(ServerAttributes.SERVER_PORT, (long) configuration.getPort());
    }

    @Override
    public Context extract(Context context, Exchange exchange, TextMapPropagator propagator) {
        GrpcServerTraceInterceptor.Call call = GrpcServerTraceInterceptor.CALL.get();
        return call == null ? context : call.extract(context, propagator);
    }

    @Override
    public void inject(Context context, Exchange exchange, TextMapPropagator propagator) {
        // The interceptor does, into the metadata of the call.
    }

    @Override
    public String end(Span span, Exchange exchange, Endpoint endpoint, Op operation, Throwable failure) {
        boolean server = operation == Op.EVENT_RECEIVED;
        Status.Code code = exchange.isFailed() ? code(failure, server) : Status.Code.OK;
        span.setAttribute(RPC_RESPONSE_STATUS_CODE, code.name());
        boolean error = server ? SERVER_ERRORS.contains(code) : code != Status.Code.OK;
        return error ? code.name() : null;
    }

    // The generated method's name is in the call; the endpoint has Java's spelling of it.
    private static String method(GrpcConfiguration configuration, Op operation) {
        GrpcServerTraceInterceptor.Call call =
                operation == Op.EVENT_RECEIVED ? GrpcServerTraceInterceptor.CALL.get() : null;
        if (call != null) {
            return call.method();
        }
        return configuration.getService() + "/" + configuration.getMethod();
    }

    // Camel's gRPC server answers INTERNAL for a failure that brings no status of its own.
    private static Status.Code code(Throwable failure, boolean server) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StatusRuntimeException status) {
                return status.getStatus().getCode();
            }
            if (cause instanceof StatusException status) {
                return status.getStatus().getCode();
            }
        }
        return server ? Status.Code.INTERNAL : Status.Code.UNKNOWN;
    }
}
