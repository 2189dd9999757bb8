package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineCountTest {

    @TempDir
    private Path folder;

    @Test
    void countsWhatIsAddedOnceWhereverAReadEnds() throws IOException {
        Path file = Files.createFile(folder.resolve("stock.log"));
        LineCount count = new LineCount(file, "Order taken");
        assertThat(count.count()).isZero();

        append(file, "INFO Order taken: 4 items\nINFO Ord");
        assertThat(count.count()).isOne();

        append(file, "er taken: 4 items\nINFO OOrder taken\nINFO This order was taken before\n");
        assertThat(count.count()).isEqualTo(3);
        assertThat(count.count()).isEqualTo(3);
    }

    @Test
    void countsMoreThanOneReadTakes() throws IOException {
        Path file = Files.createFile(folder.resolve("stock.log"));
        append(file, "2026-11-25 INFO Order taken: 4 items, total amount 1234\n".repeat(10_000));

        assertThat(new LineCount(file, "Order taken").count()).isEqualTo(10_000);
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }
}
