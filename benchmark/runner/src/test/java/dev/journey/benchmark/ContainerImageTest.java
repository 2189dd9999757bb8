package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerImageTest {

    @TempDir
    private Path root;

    @Test
    void itsOptionsAreThoseOfTheDockerfileInTheMemoryThatComposeGives() throws IOException {
        Files.writeString(
                root.resolve("Dockerfile"), "ENV SERVICE=x \\\n    JAVA_OPTIONS=\"-XX:+UseSerialGC -Xmn24m\"\n");
        Files.writeString(root.resolve("docker-compose.yml"), "x-service:\n  mem_limit: 512m\n  pids_limit: 256\n");

        assertThat(ContainerImage.in(root).options()).isEqualTo("-XX:MaxRAM=512m -XX:+UseSerialGC -Xmn24m");
    }

    @Test
    void aDockerfileWithoutOptionsIsNoneOfOurs() throws IOException {
        Files.writeString(root.resolve("Dockerfile"), "FROM scratch\n");
        Files.writeString(root.resolve("docker-compose.yml"), "x-service:\n  mem_limit: 512m\n");

        assertThatIllegalStateException()
                .isThrownBy(() -> ContainerImage.in(root))
                .withMessageContaining("JAVA_OPTIONS");
    }
}
