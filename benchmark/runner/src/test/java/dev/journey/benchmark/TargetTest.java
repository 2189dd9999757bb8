package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetTest {

    @Test
    void aRatioIsThatOfNeighboursInTime() {
        Results results = Results.empty();
        // The machine gets half as fast; the ratio stays.
        add(results, 1, 900, 1000);
        add(results, 2, 450, 500);
        add(results, 3, 445, 500);

        Target throughput = Target.of(results).get(0);

        assertThat(throughput.found()).isCloseTo(0.9, within(1e-9));
        assertThat(throughput.reached()).isTrue();
    }

    @Test
    void whatWasNotMeasuredIsNeitherReachedNorMissed() {
        assertThat(Target.of(Results.empty())).isNotEmpty().allMatch(target -> target.reached() == null);
    }

    @Test
    void oneVoidMeasurementMakesTheRunVoid() {
        Results results = Results.empty();
        add(results, 1, 900, 1000);
        assertThat(results.troubles()).isEmpty();

        results.measurements().add(measurement("pipeline", 2, 900, List.of("a span is missing")));

        assertThat(results.troubles()).containsExactly("pipeline, saturation 2: a span is missing");
    }

    private static void add(Results results, int repetition, long pipeline, long byHand) {
        results.measurements().add(measurement("pipeline", repetition, pipeline, List.of()));
        results.measurements().add(measurement("by-hand", repetition, byHand, List.of()));
    }

    private static Measurement measurement(String subject, int repetition, long rate, List<String> troubles) {
        return new Measurement(
                subject,
                Measurement.Kind.SATURATION,
                repetition,
                0,
                new Load(rate, rate, Map.of("202", rate), 1, null),
                rate,
                null,
                0,
                Map.of("gateway", 0.5),
                0,
                Map.of(),
                Map.of(),
                troubles);
    }
}
