package dev.journey.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Proxy;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.QueueInformation;

/** What no broker can be brought to do: an error of the JVM in the middle of a question. */
class QueueWatchTest {

    private final AtomicBoolean fails = new AtomicBoolean(true);
    private final QueueWatch queues = new QueueWatch(brokerWithFiveMessages(), "queue", "dead-letter-queue");

    @AfterEach
    void end() {
        queues.end();
    }

    @Test
    void anErrorIsForgottenWithTheNextQuestion() {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> queues.presentOf("queue"))
                .withCauseInstanceOf(StackOverflowError.class);

        fails.set(false);

        assertThat(queues.presentOf("queue"))
                .map(QueueInformation::getMessageCount)
                .hasValue(5);
    }

    private AmqpAdmin brokerWithFiveMessages() {
        return (AmqpAdmin) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {AmqpAdmin.class}, (proxy, method, arguments) -> {
                    if (fails.get()) {
                        throw new StackOverflowError();
                    }
                    return new QueueInformation((String) arguments[0], 5, 1);
                });
    }
}
