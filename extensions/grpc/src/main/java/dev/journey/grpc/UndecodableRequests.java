package dev.journey.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends a call whose request is not the method's message with {@code INTERNAL}, as gRPC has it for all languages. The
 * library would end it with {@code UNKNOWN} and log a stack, which anybody could have it do. Has to be the outermost
 * interceptor of the services that it has {@linkplain #mark marked}.
 *
 * @see <a href="https://grpc.io/docs/guides/status-codes/">Status codes</a>
 */
final class UndecodableRequests implements ServerInterceptor {

    private static final Object UNDECODABLE = new Object();

    /** The same service, whose broken requests are told from others. */
    static ServerServiceDefinition mark(ServerServiceDefinition service) {
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        service.getMethods().forEach(method -> methods.add(mark(method)));
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        service.getServiceDescriptor().getName())
                .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder marked = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(marked::addMethod);
        return marked.build();
    }

    private static <RequestT, ResponseT> ServerMethodDefinition<RequestT, ResponseT> mark(
            ServerMethodDefinition<RequestT, ResponseT> method) {
        MethodDescriptor<RequestT, ResponseT> descriptor = method.getMethodDescriptor();
        return ServerMethodDefinition.create(
                descriptor.toBuilder(
                                new MarkingMarshaller<>(descriptor.getRequestMarshaller()),
                                descriptor.getResponseMarshaller())
                        .build(),
                method.getServerCallHandler());
    }

    @Override
    public <RequestT, ResponseT> ServerCall.Listener<RequestT> interceptCall(
            ServerCall<RequestT, ResponseT> call, Metadata headers, ServerCallHandler<RequestT, ResponseT> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;

            @Override
            public void onMessage(RequestT message) {
                if (message == UNDECODABLE) {
                    refused = true;
                    call.close(
                            Status.INTERNAL.withDescription("the request is not a message of the method"),
                            new Metadata());
                } else {
                    super.onMessage(message);
                }
            }

            // A route that has no request must not begin, nor be told that this was its fault.
            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }

    /** Of an object that is no request nothing is ever asked. */
    private record MarkingMarshaller<T>(Marshaller<T> marshaller) implements Marshaller<T> {

        @Override
        public InputStream stream(T value) {
            return marshaller.stream(value);
        }

        @Override
        @SuppressWarnings("unchecked")
        public T parse(InputStream stream) {
            try {
                return marshaller.parse(stream);
            } catch (RuntimeException undecodable) {
                return (T) UNDECODABLE;
            }
        }
    }
}
