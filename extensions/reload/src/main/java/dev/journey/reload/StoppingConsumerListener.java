package dev.journey.reload;

import org.apache.camel.Consumer;

/** Told of each consumer that a reload is about to stop for good. */
interface StoppingConsumerListener {

    void stopping(Consumer consumer);
}
