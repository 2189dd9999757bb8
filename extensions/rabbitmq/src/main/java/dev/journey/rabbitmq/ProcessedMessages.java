package dev.journey.rabbitmq;

import java.util.HashSet;
import java.util.Set;
import org.apache.camel.spi.IdempotentRepository;

/**
 * The ids of the messages that were processed last, in memory, for Camel's Idempotent Consumer. Unlike Camel's own memory
 * repository it takes no message for processed while the work on it may still fail, and it keeps its ids when routes are
 * stopped or reloaded.
 */
public class ProcessedMessages implements IdempotentRepository {

    private final Set<String> inProgress = new HashSet<>();
    private final RecentIds processed;

    /**
     * @param limit how many ids are kept, at least 1; the oldest are forgotten first
     */
    public ProcessedMessages(int limit) {
        processed = new RecentIds(limit);
    }

    /**
     * Notes that the work on a message begins.
     *
     * @return false if the message was processed already
     * @throws MessageInProgressException if the message is being worked on
     */
    @Override
    public synchronized boolean add(String id) {
        if (processed.contains(id)) {
            return false;
        }
        if (!inProgress.add(id)) {
            throw new MessageInProgressException();
        }
        return true;
    }

    @Override
    public synchronized boolean contains(String id) {
        return processed.contains(id);
    }

    /** Forgets a message, as after a failure. */
    @Override
    public synchronized boolean remove(String id) {
        return inProgress.remove(id) | processed.remove(id);
    }

    /** Notes that the work on a message is done. */
    @Override
    public synchronized boolean confirm(String id) {
        inProgress.remove(id);
        processed.add(id);
        return true;
    }

    /** Forgets every processed message. */
    @Override
    public synchronized void clear() {
        processed.clear();
    }

    @Override
    public void start() {
        // Nothing to start.
    }

    @Override
    public void stop() {
        // What was processed stays so when a route stops.
    }
}
