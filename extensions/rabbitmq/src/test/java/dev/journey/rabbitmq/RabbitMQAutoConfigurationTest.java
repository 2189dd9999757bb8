package dev.journey.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.amqp.RabbitAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class RabbitMQAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    RabbitMQAutoConfiguration.class,
                    RabbitAutoConfiguration.class,
                    ConsumerConnectionsAutoConfiguration.class));

    @Test
    void boundsWhatAFrozenBrokerCanHoldUp() {
        runner.run(context -> assertThat(client(context.getBean(CachingConnectionFactory.class)))
                .extracting(
                        ConnectionFactory::getConnectionTimeout,
                        ConnectionFactory::getHandshakeTimeout,
                        ConnectionFactory::getChannelRpcTimeout)
                .containsOnly(2000));
    }

    @Test
    void keepsTheTimeoutsThatAreSet() {
        runner.withPropertyValues("spring.rabbitmq.connectionTimeout=7s", "spring.rabbitmq.channel-rpc-timeout=8s")
                .run(context -> assertThat(client(context.getBean(CachingConnectionFactory.class)))
                        .extracting(ConnectionFactory::getConnectionTimeout, ConnectionFactory::getChannelRpcTimeout)
                        .containsExactly(7000, 8000));
    }

    @Test
    void confirmsWhateverTheSettingsSay() {
        runner.withPropertyValues("spring.rabbitmq.publisher-confirm-type=simple")
                .run(context -> assertThat(context.getBean(CachingConnectionFactory.class))
                        .matches(CachingConnectionFactory::isPublisherConfirms)
                        .matches(CachingConnectionFactory::isPublisherReturns));
    }

    @Test
    void givesConsumersAConnectionOfTheirOwnUnlessTheApplicationMakesThatOfAll() {
        runner.run(context -> assertThat(context).hasSingleBean(ConsumerConnections.class));
        runner.withBean(CachingConnectionFactory.class, "broker")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ConsumerConnections.class));
    }

    @Test
    void refusesABindingWithoutAQueue() {
        runner.withPropertyValues("journey.rabbitmq.bindings[0].exchange=x")
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("needs a queue"));
    }

    @Test
    void namesTheSettingThatWouldHaveNoMessageRemembered() {
        runner.withPropertyValues("journey.rabbitmq.consumer.remembered-messages=0")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessage("journey.rabbitmq.consumer.remembered-messages must be at least 1, and not 0"));
    }

    private static ConnectionFactory client(CachingConnectionFactory connectionFactory) {
        return connectionFactory.getRabbitConnectionFactory();
    }
}
