package dev.journey.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the figures are of. */
record Machine(
        int cores,
        String processor,
        long memoryMegabytes,
        String kernel,
        String jdk,
        List<String> javaOptions,
        String rabbitmq,
        String vegeta,
        String revision) {

    static Machine of(Path root, Jdk jdk, List<String> javaOptions, String rabbitmq, String vegeta)
            throws IOException, InterruptedException {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                field(Path.of("/proc/cpuinfo"), "model name"),
                Long.parseLong(field(Path.of("/proc/meminfo"), "MemTotal").split(" ")[0]) / 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                jdk.version(),
                javaOptions,
                rabbitmq,
                vegeta,
                revision(root));
    }

    private static String field(Path file, String name) throws IOException {
        return Files.readString(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("0");
    }

    private static String revision(Path root) throws InterruptedException {
        try {
            return Commands.run(
                            Map.of(),
                            List.of("git", "-C", root.toString(), "describe", "--always", "--dirty", "--abbrev"))
                    .strip();
        } catch (RuntimeException noRepository) {
            return "unknown";
        }
    }
}
