package dev.journey.benchmark;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How fast a full queue gets empty. Whoever consumes it is measured alike, from outside: from when the queue is half
 * empty, so that neither a start nor a cold JVM is in it.
 *
 * @param consumer who
 * @param repetition from 1
 * @param messages how many there were
 * @param rate messages a second
 */
record Drain(String consumer, int repetition, int messages, double rate) {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration INTERVAL = Duration.ofMillis(5);

    /** Has the consumption begin. */
    interface Start {
        void begin() throws IOException, InterruptedException;
    }

    /**
     * Fills the queue, which nothing may consume yet, and measures.
     *
     * @throws IllegalStateException if the queue does not get empty
     */
    static Drain measure(Broker broker, String virtualHost, String consumer, int repetition, int messages, Start start)
            throws IOException, InterruptedException {
        broker.publish(virtualHost, messages);
        try (Connection connection = broker.connect(virtualHost);
                Channel channel = connection.createChannel()) {
            start.begin();
            Reading half = await(channel, messages / 2L);
            Reading end = await(channel, 0);
            double seconds = (end.time() - half.time()) / (double) TimeUnit.SECONDS.toNanos(1);
            return new Drain(consumer, repetition, messages, (half.messages() - end.messages()) / seconds);
        } catch (TimeoutException exception) {
            throw new IOException(exception);
        }
    }

    private record Reading(long messages, long time) {}

    private static Reading await(Channel channel, long messages) throws InterruptedException {
        long[] found = new long[1];
        if (!Waiting.until(() -> (found[0] = ready(channel)) <= messages, LIMIT, INTERVAL)) {
            throw new IllegalStateException(found[0] + " messages stay in the queue");
        }
        return new Reading(found[0], System.nanoTime());
    }

    private static long ready(Channel channel) {
        try {
            return channel.messageCount(Broker.QUEUE);
        } catch (IOException exception) {
            throw new IllegalStateException(exception);
        }
    }
}
