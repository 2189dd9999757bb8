package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTallyTest {

    private final TraceTally tally = new TraceTally();

    @Test
    void aTraceOfTheFiveSpansIsCompleteInWhateverOrderTheyCome() {
        List.of("stock CONSUMER", "gateway SERVER", "checkout PRODUCER", "gateway CLIENT", "checkout SERVER")
                .forEach(role -> tally.add(role, trace(1)));
        TraceTally.CHECKOUT.forEach(role -> tally.add(role, trace(2)));

        assertThat(tally.count().complete()).isEqualTo(2);
        assertThat(tally.count().other()).isZero();
        assertThat(tally.count().spans()).isEqualTo(10);
    }

    @Test
    void aTraceWithoutOneOfThemIsNot() {
        TraceTally.CHECKOUT.subList(0, 4).forEach(role -> tally.add(role, trace(1)));

        assertThat(tally.count().complete()).isZero();
        assertThat(tally.count().other()).isOne();
    }

    @Test
    void aTraceWithAnotherSpanIsNotWhenverThatComes() {
        tally.add("gateway INTERNAL", trace(1));
        TraceTally.CHECKOUT.forEach(role -> tally.add(role, trace(1)));
        TraceTally.CHECKOUT.forEach(role -> tally.add(role, trace(2)));
        tally.add("gateway INTERNAL", trace(2));

        assertThat(tally.count().other()).isEqualTo(2);
    }

    @Test
    void aSpanThatIsThereTwiceDoesNotStandForOneThatIsMissing() {
        List.of("gateway SERVER", "gateway SERVER", "gateway CLIENT", "checkout SERVER", "checkout PRODUCER")
                .forEach(role -> tally.add(role, trace(1)));
        tally.add("stock CONSUMER", trace(1));

        assertThat(tally.count().complete()).isZero();
        assertThat(tally.count().other()).isOne();
    }

    @Test
    void spansOfDifferentTracesAreNotOneTrace() {
        for (int index = 0; index < TraceTally.CHECKOUT.size(); index++) {
            tally.add(TraceTally.CHECKOUT.get(index), trace(index));
        }

        assertThat(tally.count().complete()).isZero();
        assertThat(tally.count().other()).isEqualTo(5);
    }

    @Test
    void afterAResetNothingIsLeft() {
        tally.add("gateway SERVER", trace(1));
        TraceTally.CHECKOUT.forEach(role -> tally.add(role, trace(2)));

        tally.reset();

        assertThat(tally.count().spans()
                        + tally.count().complete()
                        + tally.count().other())
                .isZero();
    }

    private static byte[] trace(long number) {
        return ByteBuffer.allocate(16).putLong(7).putLong(number).array();
    }
}
