package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    private static final long MILLISECOND = 1_000_000;

    @Test
    void aPercentileIsTheSmallestValueThatSoManyDoNotExceed() {
        Latencies latencies = Latencies.of(LongStream.rangeClosed(1, 1000)
                .map(value -> value * MILLISECOND)
                .toArray());

        assertThat(latencies).isEqualTo(new Latencies(500, 990, 999, 1000));
    }

    @Test
    void ofAFewTheHighPercentilesAreTheSlowest() {
        assertThat(Latencies.of(new long[] {3 * MILLISECOND, MILLISECOND, 2 * MILLISECOND}))
                .isEqualTo(new Latencies(2, 3, 3, 3));
        assertThat(Latencies.of(new long[] {MILLISECOND})).isEqualTo(new Latencies(1, 1, 1, 1));
    }

    @Test
    void aRequestThatIsSentLateCountsFromWhenItWasDue() {
        // 1,000 a second; the second and third were held up until the tenth millisecond.
        List<Latencies.Request> requests = List.of(
                new Latencies.Request(0, 5 * MILLISECOND, MILLISECOND),
                new Latencies.Request(1, 15 * MILLISECOND, MILLISECOND),
                new Latencies.Request(2, 15 * MILLISECOND, MILLISECOND));

        // Due at 6 and 7, answered at 16.
        assertThat(Latencies.of(requests, 1000)).isEqualTo(new Latencies(9, 10, 10, 10));
    }

    @Test
    void requestsMayComeInAnyOrder() {
        List<Latencies.Request> requests = List.of(
                new Latencies.Request(2, 2 * MILLISECOND, MILLISECOND),
                new Latencies.Request(0, 0, MILLISECOND),
                new Latencies.Request(1, MILLISECOND, 3 * MILLISECOND));

        assertThat(Latencies.of(requests, 1000).max()).isEqualTo(3);
    }

    @Test
    void ofNothingThereIsNoLatency() {
        assertThatThrownBy(() -> Latencies.of(List.of(), 1000)).isInstanceOf(IllegalArgumentException.class);
    }
}
