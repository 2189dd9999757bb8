package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AheadOfTimeCachesTest {

    @Test
    void theyAreUsedWhereTheJdkHasThem() {
        assertThat(caches("25.0.3").using("pipeline", "stock"))
                .containsExactly("-XX:AOTCache=caches/pipeline-stock.aot");
        assertThat(caches("26-ea").using("pipeline", "stock")).isNotEmpty();
        assertThat(caches("21.0.7").using("pipeline", "stock")).isEmpty();
    }

    private static AheadOfTimeCaches caches(String version) {
        return new AheadOfTimeCaches(new Jdk(Path.of("java"), version), Path.of("caches"));
    }
}
