package dev.journey.rabbitmq;

import org.apache.camel.component.springrabbit.SpringRabbitMQComponent;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.amqp.CachingConnectionFactoryConfigurer;
import org.springframework.boot.autoconfigure.amqp.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Gives consumers a connection of their own, unless the application makes its connection factory itself. */
@AutoConfiguration(after = RabbitAutoConfiguration.class)
@ConditionalOnClass(SpringRabbitMQComponent.class)
@ConditionalOnBean(name = "rabbitConnectionFactory", value = CachingConnectionFactoryConfigurer.class)
public class ConsumerConnectionsAutoConfiguration {

    @Bean
    ConsumerConnections consumerConnections(
            CachingConnectionFactory connectionFactory, CachingConnectionFactoryConfigurer configurer) {
        return new ConsumerConnections(connectionFactory, configurer);
    }
}
