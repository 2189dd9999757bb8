package dev.journey.rabbitmq;

import java.time.Duration;
import org.apache.camel.Producer;
import org.apache.camel.component.springrabbit.SpringRabbitMQEndpoint;
import org.apache.camel.component.springrabbit.SpringRabbitMQProducer;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.BeanUtils;

/** A {@code spring-rabbitmq} endpoint whose producers publish with a {@link ConfirmingRabbitTemplate}. */
class ConfirmingEndpoint extends SpringRabbitMQEndpoint {

    private final Duration confirmTimeout;
    private final BlockedConnections blocked;

    ConfirmingEndpoint(SpringRabbitMQEndpoint endpoint, Duration confirmTimeout, BlockedConnections blocked) {
        super(endpoint.getEndpointUri(), endpoint.getComponent(), endpoint.getExchangeName());
        BeanUtils.copyProperties(endpoint, this);
        this.confirmTimeout = confirmTimeout;
        this.blocked = blocked;
        // With confirms of its own the producer connects past the template's time limit, and takes the refusal of an
        // earlier message on the same channel for one of this.
        setConfirm("disabled");
    }

    @Override
    public Producer createProducer() {
        RabbitTemplate template = new ConfirmingRabbitTemplate(
                getConnectionFactory(), confirmTimeout, blocked, getComponent().getAmqpAdmin());
        template.setUsePublisherConnection(isUsePublisherConnection());
        return new ConfirmingProducer(this, template);
    }

    /**
     * Camel's producer forgets a template that it is given when it stops, and makes itself one that does not confirm when
     * it is started again.
     */
    private static final class ConfirmingProducer extends SpringRabbitMQProducer {

        private final RabbitTemplate template;

        ConfirmingProducer(ConfirmingEndpoint endpoint, RabbitTemplate template) {
            super(endpoint);
            this.template = template;
        }

        @Override
        public RabbitTemplate getInOnlyTemplate() {
            return template;
        }
    }
}
