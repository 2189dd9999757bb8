package dev.journey.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.coyote.http11.Http11NioProtocol;
import org.junit.jupiter.api.Test;

class ProcessorReuseTest {

    private final Http11NioProtocol protocol = new Http11NioProtocol();

    @Test
    void keepsNoProcessorUntilThePauseIsOver() {
        protocol.setProcessorCache(7);
        ProcessorReuse reuse = new ProcessorReuse(Duration.ofHours(1));

        reuse.suspend(protocol);
        reuse.resume();

        assertThat(protocol.getProcessorCache()).isZero();
    }

    @Test
    void keepsAsManyAsBeforeAfterwards() {
        protocol.setProcessorCache(7);
        ProcessorReuse reuse = new ProcessorReuse(Duration.ZERO);

        reuse.suspend(protocol);
        reuse.suspend(protocol);
        reuse.resume();

        assertThat(protocol.getProcessorCache()).isEqualTo(7);
    }
}
