package dev.journey.checkout;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The lengths of the broker's queues as metrics; not a number while they are not known. */
@Component
class QueueMetrics implements MeterBinder {

    private final QueueWatch queues;
    private final List<String> names;

    QueueMetrics(
            QueueWatch queues,
            @Value("${amqp.queue}") String queue,
            @Value("${amqp.dead-letter-queue}") String deadLetterQueue) {
        this.queues = queues;
        this.names = List.of(queue, deadLetterQueue);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String name : names) {
            register(
                    registry, name, "messages", "Messages that wait for a consumer", QueueInformation::getMessageCount);
            register(registry, name, "consumers", "Consumers", QueueInformation::getConsumerCount);
        }
    }

    private void register(
            MeterRegistry registry,
            String name,
            String what,
            String description,
            ToDoubleFunction<QueueInformation> value) {
        Gauge.builder("queue." + what, queues, known -> known.of(name)
                        .map(value::applyAsDouble)
                        .orElse(Double.NaN))
                .description(description)
                .tag("queue", name)
                .register(registry);
    }
}
