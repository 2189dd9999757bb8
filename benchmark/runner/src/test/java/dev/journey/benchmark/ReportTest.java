package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private final Results results = Results.empty();

    @TempDir
    private Path folder;

    @Test
    void aRunThatIsCutOffLeavesWhatItMeasuredAndSaysThatItIsNotComplete() throws IOException {
        Path file = folder.resolve("target").resolve("benchmark.json");
        Report report = report();

        measure(1);
        report.writeJson(file, false);
        measure(2);
        report.writeJson(file, false);

        JsonNode cutOff = new ObjectMapper().readTree(file.toFile());
        assertThat(cutOff.path("complete").booleanValue()).isFalse();
        assertThat(cutOff.path("results").path("measurements").findValuesAsText("repetition"))
                .containsExactly("1", "2");

        report.writeJson(file, true);

        assertThat(new ObjectMapper().readTree(file.toFile()).path("complete").booleanValue())
                .isTrue();
    }

    private Report report() {
        return new Report(
                Instant.EPOCH,
                new Machine(2, "", 0, "", "25", List.of(), "", "", "unknown"),
                Options.parse(List.of(), new ContainerImage("-XX:MaxRAM=512m")),
                results);
    }

    private void measure(int repetition) {
        results.measurements()
                .add(new Measurement(
                        "pipeline",
                        Measurement.Kind.SATURATION,
                        repetition,
                        0,
                        new Load(1, 1, Map.of("202", 1L), 1, null),
                        1L,
                        null,
                        0,
                        Map.of(),
                        0,
                        Map.of(),
                        Map.of(),
                        List.of()));
    }
}
