package dev.journey.benchmark.byhand.checkout;

import dev.journey.benchmark.byhand.tracing.TracingConfiguration;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Serves the checkout over gRPC and publishes {@code checkout.processed}. */
@SpringBootApplication
@Import(TracingConfiguration.class)
public class CheckoutApplication {

    @Bean(initMethod = "start", destroyMethod = "shutdown")
    Server server(@Value("${GRPC_PORT}") int port, CheckoutService service, GrpcSpanInterceptor spans) {
        return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .addService(service)
                .intercept(spans)
                .build();
    }

    @Bean
    Declarables declarables(
            @Value("${journey.exchange}") String exchangeName,
            @Value("${journey.routing-key}") String routingKey,
            @Value("${journey.queue}") String queueName) {
        DirectExchange exchange = new DirectExchange(exchangeName);
        Queue queue = new Queue(queueName);
        Binding binding = BindingBuilder.bind(queue).to(exchange).with(routingKey);
        return new Declarables(exchange, queue, binding);
    }
}
