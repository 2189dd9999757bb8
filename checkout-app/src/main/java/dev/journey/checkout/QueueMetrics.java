package dev.journey.checkout;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.stereotype.Component;

/** The lengths of the broker's queues as metrics, as they are when asked for; not a number while they are not known. */
@Component
class QueueMetrics implements MeterBinder {

    private final QueueWatch queues;

    QueueMetrics(QueueWatch queues) {
        this.queues = queues;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String name : queues.names()) {
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
        Gauge.builder("queue." + what, queues, known -> known.presentOf(name)
                        .map(value::applyAsDouble)
                        .orElse(Double.NaN))
                .description(description)
                .tag("queue", name)
                .register(registry);
    }
}
