package dev.journey.grpc;

import checkout.CheckoutRequest;
import checkout.CheckoutResponse;
import checkout.GetStatusRequest;
import checkout.GetStatusResponse;
import checkout.StatusGrpc;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Processor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application of two routes: one serves calls on a port, the other makes them to a port. */
final class Service implements AutoCloseable {

    static final CheckoutRequest REQUEST =
            CheckoutRequest.newBuilder().addItemsID(1).build();
    static final CheckoutResponse RESPONSE =
            CheckoutResponse.newBuilder().setTotalAmount(1234).build();

    private final ConfigurableApplicationContext context;

    /** @param behaviour what the serving route does */
    Service(int port, int targetPort, Processor behaviour, String... properties) {
        List<String> arguments = new ArrayList<>(List.of(
                "--test.port=" + port,
                "--test.target-port=" + targetPort,
                "--camel.main.routes-include-pattern=classpath:camel-server.yaml"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .initializers(application -> application.getBeanFactory().registerSingleton("behaviour", behaviour))
                .run(arguments.toArray(String[]::new));
    }

    CamelContext camel() {
        return context.getBean(CamelContext.class);
    }

    ConfigurableApplicationContext spring() {
        return context;
    }

    /** The status that a call of the calling route ends with. */
    Status call() {
        try {
            camel().createProducerTemplate().requestBody("direct:call", REQUEST);
            return Status.OK;
        } catch (CamelExecutionException failure) {
            Throwable cause = failure;
            while (!(cause instanceof StatusRuntimeException)) {
                cause = cause.getCause();
            }
            return ((StatusRuntimeException) cause).getStatus();
        }
    }

    @Override
    public void close() {
        context.close();
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        BindableService beside() {
            return new StatusGrpc.StatusImplBase() {
                @Override
                public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> response) {
                    response.onNext(GetStatusResponse.getDefaultInstance());
                    response.onCompleted();
                }
            };
        }
    }
}
