package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class WaitingTest {

    private static final Duration PAUSE = Duration.ofMillis(200);

    @Test
    void whatDoesNotChangeIsQuiet() throws Exception {
        assertThat(Waiting.until(Waiting.quiet(() -> 1, PAUSE), Duration.ofSeconds(5)))
                .isTrue();
    }

    @Test
    void whatNeverEndsIsWaitedForUntilTheLimit() throws Exception {
        AtomicLong count = new AtomicLong();

        assertThat(Waiting.until(Waiting.quiet(count::incrementAndGet, PAUSE), Duration.ofSeconds(1)))
                .isFalse();
    }
}
