package dev.journey.rabbitmq;

import java.time.Duration;
import org.apache.camel.component.springrabbit.CamelSimpleMessageListenerContainer;
import org.apache.camel.component.springrabbit.SpringRabbitMQEndpoint;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.listener.exception.FatalListenerStartupException;
import org.springframework.context.ApplicationContext;

/**
 * A consumer with a thread for each concurrent delivery, which never gives up: whatever happens to the connection, the
 * queue or the broker, it tries again, and declares what is missing. When it is stopped the work in hand is finished, and
 * the broker gets back what was delivered beyond that.
 */
final class RecoveringListenerContainer extends CamelSimpleMessageListenerContainer {

    /** How often an idle consumer looks whether it is to stop. */
    private static final Duration RECEIVE_TIMEOUT = Duration.ofMillis(250);

    RecoveringListenerContainer(
            SpringRabbitMQEndpoint endpoint, ApplicationContext applicationContext, Duration recoveryInterval) {
        super(endpoint);
        long interval = recoveryInterval.toMillis();
        if (endpoint.getQueues() != null) {
            setQueueNames(endpoint.getQueues().split(","));
            setBeanName(endpoint.getQueues());
        }
        setAcknowledgeMode(endpoint.getAcknowledgeMode());
        setExclusive(endpoint.isExclusive());
        setNoLocal(endpoint.isNoLocal());
        setPrefetchCount(endpoint.getPrefetchCount());
        setConsumerArguments(endpoint.getConsumerArgs());
        setAdviceChain(endpoint.getRetry());
        setShutdownTimeout(endpoint.getComponent().getShutdownTimeout());
        if (endpoint.getComponent().getErrorHandler() != null) {
            setErrorHandler(endpoint.getComponent().getErrorHandler());
        }
        // Declares the beans of the context where the queue is not there; it has nothing to do with the endpoint's
        // option.
        setApplicationContext(applicationContext);
        setAmqpAdmin(endpoint.getComponent().getAmqpAdmin());
        setAutoDeclare(true);
        setMissingQueuesFatal(false);
        setPossibleAuthenticationFailureFatal(false);
        setDeclarationRetries(1);
        setFailedDeclarationRetryInterval(interval);
        setRecoveryInterval(interval);
        setReceiveTimeout(RECEIVE_TIMEOUT.toMillis());
        setForceStop(true);
        // A header would have one message taken apart into several.
        setDeBatchingEnabled(false);
    }

    /** A queue that exists with other arguments would end the consumer for good. */
    @Override
    protected void redeclareElementsIfNecessary() {
        try {
            super.redeclareElementsIfNecessary();
        } catch (FatalListenerStartupException exception) {
            throw new AmqpException("The queue exists with other arguments", exception);
        }
    }
}
