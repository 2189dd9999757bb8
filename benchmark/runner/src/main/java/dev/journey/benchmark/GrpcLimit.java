package dev.journey.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a bare gRPC call costs: {@link GrpcEcho} with the same messages. */
final class GrpcLimit {

    private final Jdk jdk;
    private final Path root;
    private final int port;

    /** @param root the project's folder */
    GrpcLimit(Jdk jdk, Path root, int port) {
        this.jdk = jdk;
        this.root = root;
        this.port = port;
    }

    /** Calls for so long, so many at once. */
    Limit measure(int atOnce, int warmUpSeconds, int seconds) throws IOException, InterruptedException {
        Process server = start("server", Integer.toString(port));
        try {
            Process client = start(
                    "client",
                    Integer.toString(port),
                    Integer.toString(atOnce),
                    Integer.toString(warmUpSeconds),
                    Integer.toString(seconds));
            String output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (client.waitFor() != 0) {
                throw new IllegalStateException("The gRPC client failed: " + output);
            }
            return new Limit("gRPC call and answer, bare", Double.parseDouble(output.strip()), null);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                jdk.java().toString(),
                "-cp",
                root.resolve(Path.of("benchmark", "runner", "target", "app", "benchmark.jar"))
                        .toString(),
                GrpcEcho.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
