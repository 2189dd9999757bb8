package dev.journey.tracing;

import checkout.CheckoutResponse;
import io.opentelemetry.api.trace.Span;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** A Camel application that anyone might write: HTTP to gRPC to AMQP, all in one. */
@SpringBootApplication
@Import(InMemoryTraces.class)
class TracedApplication {

    @Bean
    Declarables topology() {
        DirectExchange exchange = new DirectExchange("orders");
        return new Declarables(
                exchange,
                new Queue("stock"),
                new Queue("audit"),
                new Binding("stock", Binding.DestinationType.QUEUE, "orders", "placed", null),
                new Binding("audit", Binding.DestinationType.QUEUE, "orders", "audited", null));
    }

    @Bean
    RouteBuilder routes() {
        return new RouteBuilder() {
            private static final String PUBLISH = "spring-rabbitmq:orders?routingKey=placed&exchangePattern=InOnly";
            private static final String SERVICE = "grpc:localhost:{{test.grpc.port}}/checkout.Checkout";

            @Override
            public void configure() {
                from("platform-http:/synchronous").to("direct:call");
                from("direct:call")
                        .process(exchange -> exchange.getMessage().setBody(request()))
                        .to(SERVICE + "?method=DoCheckout&synchronous=true")
                        .log("answered")
                        .to("log:answer")
                        .removeHeaders("*")
                        .setBody(method(new Trace(), "id"));

                from("platform-http:/asynchronous")
                        .process(exchange -> exchange.getMessage().setBody(request()))
                        .to(SERVICE + "?method=DoCheckout")
                        .removeHeaders("*")
                        .setBody(method(new Trace(), "id"));

                from("direct:asynchronous-call")
                        .process(exchange -> exchange.getMessage().setBody(request()))
                        .to(SERVICE + "?method=DoCheckout");

                from("platform-http:/elsewhere")
                        .removeHeaders("*")
                        .to("seda:elsewhere?timeout=4321")
                        .setBody(method(new Trace(), "id"));
                from("seda:elsewhere?pollTimeout=4321").setBody(constant("there"));

                from("platform-http:/threads").removeHeaders("*").threads(4).setBody(method(new Trace(), "id"));

                from("platform-http:/parallel")
                        .removeHeaders("*")
                        .setBody(constant("placed"))
                        .multicast()
                        .parallelProcessing()
                        .to(PUBLISH, "spring-rabbitmq:orders?routingKey=audited&exchangePattern=InOnly")
                        .end()
                        .setBody(method(new Trace(), "id"));

                from("platform-http:/failing")
                        .onException(IllegalStateException.class)
                        .handled(true)
                        .removeHeaders("*")
                        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(503))
                        .setBody(method(new Trace(), "id"))
                        .end()
                        .throwException(new IllegalStateException("a secret: the body"));

                from("platform-http:/not-handled")
                        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(404))
                        .throwException(new IllegalStateException("what another server answered"));

                from("platform-http:/unreachable")
                        .process(exchange -> exchange.getMessage().setBody(request()))
                        .to("grpc:localhost:{{test.closed.port}}/checkout.Checkout?method=DoCheckout&synchronous=true");

                from("direct:publish").to(PUBLISH);

                from(SERVICE)
                        .removeHeaders("*")
                        .setBody(constant("placed"))
                        .setHeader("CamelSpringRabbitmqMessageId", simple("${exchangeId}"))
                        .to(PUBLISH)
                        .process(exchange -> {
                            Span.current().addEvent("priced");
                            exchange.getIn().setBody(CheckoutResponse.getDefaultInstance());
                        });

                from("spring-rabbitmq:orders?queues=stock&routingKey=placed&autoDeclare=false")
                        .log("taken");
            }

            private static Object request() {
                return checkout.CheckoutRequest.newBuilder().addItemsID(1).build();
            }
        };
    }
}
