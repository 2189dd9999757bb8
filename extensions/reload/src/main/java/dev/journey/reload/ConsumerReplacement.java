package dev.journey.reload;

import java.util.concurrent.Callable;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;

/** What a component needs when a reload replaces or ends one of its consumers. */
interface ConsumerReplacement {

    /** Told of each consumer that a reload is about to stop for good. */
    void stopping(Consumer consumer);

    /** Whether a consumer may start while one at the same address, with other options, is still there. */
    boolean canOverlap(Endpoint endpoint);

    /** Starts a consumer that overlaps with the one it replaces, while what comes in waits. */
    <T> T whileNoneIsFound(Callable<T> replacement) throws Exception;
}
