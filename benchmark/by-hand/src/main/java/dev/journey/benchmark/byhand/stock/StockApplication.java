package dev.journey.benchmark.byhand.stock;

import com.rabbitmq.client.ConnectionFactory;
import dev.journey.benchmark.byhand.tracing.TracingConfiguration;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.amqp.ConnectionFactoryCustomizer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Consumes {@code checkout.processed}. */
@SpringBootApplication
@Import(TracingConfiguration.class)
public class StockApplication {

    @Bean
    Declarables declarables(
            @Value("${journey.exchange}") String exchangeName,
            @Value("${journey.routing-key}") String routingKey,
            @Value("${journey.queue}") String queueName,
            @Value("${journey.dead-letter-queue}") String deadLetterQueue) {
        DirectExchange exchange = new DirectExchange(exchangeName);
        Queue queue = new Queue(queueName);
        Binding binding = BindingBuilder.bind(queue).to(exchange).with(routingKey);
        return new Declarables(exchange, queue, binding, new Queue(deadLetterQueue));
    }

    /** What several deliveries acknowledge is written at once. */
    @Bean
    @ConditionalOnProperty("journey.tuned")
    ConnectionFactoryCustomizer tunedConnection() {
        return ConnectionFactory::useNio;
    }
}
