package dev.journey.gateway;

import java.time.Duration;
import org.apache.coyote.AbstractProtocol;

/**
 * Whether the server uses a request's processor, with its buffers, for later requests. One that has served HTTP 0.9 takes
 * what it cannot read afterwards for that as well, and answers without a status: it must not be used again, and there is
 * no way to say so of one alone.
 */
final class ProcessorReuse {

    private final Duration pause;
    private AbstractProtocol<?> suspended;
    private int processors;
    private long time;

    /** @param pause longer than it takes to give a request's processor back */
    ProcessorReuse(Duration pause) {
        this.pause = pause;
    }

    /** From now on no processor is kept, beginning with that of the request that this thread serves. */
    synchronized void suspend(AbstractProtocol<?> protocol) {
        if (suspended == null) {
            suspended = protocol;
            processors = protocol.getProcessorCache();
        }
        protocol.setProcessorCache(0);
        time = System.nanoTime();
    }

    /** Has processors used again if the pause is over. */
    synchronized void resume() {
        if (suspended != null && System.nanoTime() - time > pause.toNanos()) {
            suspended.setProcessorCache(processors);
            suspended = null;
        }
    }
}
