package dev.journey.rabbitmq;

import com.rabbitmq.client.Channel;
import java.time.Duration;
import java.util.List;
import org.apache.camel.component.springrabbit.CamelDirectMessageListenerContainer;
import org.apache.camel.component.springrabbit.SpringRabbitMQEndpoint;
import org.springframework.amqp.ImmediateRequeueAmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.RabbitUtils;
import org.springframework.amqp.rabbit.support.ListenerExecutionFailedException;
import org.springframework.context.ApplicationContext;

/**
 * A consumer with a channel for each concurrent delivery, which never gives up: whatever happens to the connection, the
 * queue or the broker, it tries again, and declares what is missing. A message is worked on by the thread of the client
 * that delivers it. When the consumer is stopped the work in hand is finished, and the broker gets back what was
 * delivered beyond that.
 */
final class RecoveringListenerContainer extends CamelDirectMessageListenerContainer {

    private final boolean requeues;
    private final long pauseMillis;

    RecoveringListenerContainer(
            SpringRabbitMQEndpoint endpoint, ApplicationContext applicationContext, Duration recoveryInterval) {
        super(endpoint);
        pauseMillis = recoveryInterval.toMillis();
        if (endpoint.getMaxConcurrentConsumers() != null) {
            setConsumersPerQueue(endpoint.getMaxConcurrentConsumers());
        }
        requeues = endpoint.getRetry() == null;
        if (endpoint.getQueues() != null) {
            setQueueNames(endpoint.getQueues().split(","));
            setBeanName(endpoint.getQueues());
        }
        setAcknowledgeMode(endpoint.getAcknowledgeMode());
        setExclusive(endpoint.isExclusive());
        setNoLocal(endpoint.isNoLocal());
        setPrefetchCount(endpoint.getPrefetchCount());
        setConsumerArguments(endpoint.getConsumerArgs());
        if (endpoint.getRetry() != null) {
            setAdviceChain(endpoint.getRetry());
        }
        setShutdownTimeout(endpoint.getComponent().getShutdownTimeout());
        if (endpoint.getComponent().getErrorHandler() != null) {
            setErrorHandler(endpoint.getComponent().getErrorHandler());
        }
        // Declares the beans of the context where the queue is not there; it has nothing to do with the endpoint's
        // option.
        setApplicationContext(applicationContext);
        setAmqpAdmin(endpoint.getComponent().getAmqpAdmin());
        setAutoDeclare(true);
        setPossibleAuthenticationFailureFatal(false);
        setFailedDeclarationRetryInterval(pauseMillis);
        setRecoveryInterval(pauseMillis);
        setForceStop(true);
        // A header would have one message taken apart into several.
        setDeBatchingEnabled(false);
    }

    /**
     * Camel tries a message five times, a second apart and holding up those behind it, and then drops it. What to do with
     * a message that fails is the route's to say; where the route fails as well, it goes back to its queue, after a pause,
     * since the broker would deliver it again at once.
     */
    @Override
    protected void actualInvokeListener(Channel channel, Object data) {
        try {
            super.actualInvokeListener(channel, data);
        } catch (RuntimeException | Error failure) {
            if (!requeues) {
                throw failure;
            }
            pause();
            // As the container's own: for another the consumer would be started again, for an Error the process would
            // end.
            throw new ListenerExecutionFailedException(
                    "The message goes back to its queue", new ImmediateRequeueAmqpException(failure), (Message) data);
        }
    }

    private void pause() {
        try {
            Thread.sleep(pauseMillis);
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Cancels those that stop: one that has no message would be waited for until the time limit. While it is active this is
     * no stop: one of its first consumers could not be made, and it tries again, but not where there is one already.
     */
    @Override
    protected void shutdownAndWaitOrCallback(Runnable callback) {
        List<SimpleConsumer> stopped;
        consumersLock.lock();
        try {
            stopped = List.copyOf(consumers);
        } finally {
            consumersLock.unlock();
        }
        if (isActive()) {
            stopped.forEach(consumer -> consumer.handleCancel(consumer.getConsumerTag()));
        } else {
            getTaskExecutor()
                    .execute(() -> stopped.forEach(
                            consumer -> RabbitUtils.cancel(consumer.getChannel(), consumer.getConsumerTag())));
        }
        super.shutdownAndWaitOrCallback(callback);
    }
}
