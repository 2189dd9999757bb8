package dev.journey.localstack.backend;

import dev.journey.localstack.broker.EmbeddedBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backend of the local stack: an AMQP broker and an OTLP receiver that feeds Zipkin, in one JVM.
 *
 * <p>It lives as long as its standard input is open. Each line read there is the process id of a process to end with
 * it: the operating system closes the input however the launcher dies, so nothing the launcher started outlives it.
 */
public final class BackendMain {

    private static final String USAGE =
            "options: --amqp-port=5672 --otlp-port=4318 --zipkin=http://127.0.0.1:9411 (port 0: any free one)";

    private static final long SECONDS_TO_END = 10;

    private static final Logger LOGGER = LoggerFactory.getLogger(BackendMain.class);

    private BackendMain() {}

    /**
     * Starts broker and receiver, prints one line that starts with {@code backend ready}, and exits at the end of
     * standard input: 0 then, 1 if a part cannot start, 2 for an option that is not understood.
     *
     * @param arguments options, see {@link #USAGE}
     */
    public static void main(String[] arguments) {
        Map<String, String> options = new HashMap<>(
                Map.of("--amqp-port", "5672", "--otlp-port", "4318", "--zipkin", "http://127.0.0.1:9411"));
        int amqpPort;
        int otlpPort;
        URI zipkin;
        try {
            for (String argument : arguments) {
                String[] option = argument.split("=", 2);
                if (option.length < 2 || options.replace(option[0], option[1]) == null) {
                    throw new IllegalArgumentException("not an option: " + argument);
                }
            }
            amqpPort = Integer.parseInt(options.get("--amqp-port"));
            otlpPort = Integer.parseInt(options.get("--otlp-port"));
            zipkin = URI.create(options.get("--zipkin"));
        } catch (IllegalArgumentException exception) {
            System.err.println(exception.getMessage());
            System.err.println(USAGE);
            System.exit(2);
            return;
        }

        int exitCode = 0;
        try (EmbeddedBroker broker = EmbeddedBroker.start(amqpPort);
                ZipkinSender sender = new ZipkinSender(zipkin);
                OtlpReceiver receiver = OtlpReceiver.start(otlpPort, sender::offer)) {
            System.out.printf(
                    "backend ready amqp=127.0.0.1:%d otlp=127.0.0.1:%d zipkin=%s%n",
                    broker.port(), receiver.port(), zipkin);
            end(processesNamedOn(System.in));
        } catch (IOException | RuntimeException exception) {
            LOGGER.error("the backend ends: {}", exception.getMessage(), exception);
            exitCode = 1;
        }
        // The broker's threads would keep the JVM alive after a start that failed half-way.
        System.exit(exitCode);
    }

    /** Blocks until the end of the input. The handles are taken at once, so a process id used anew is not mistaken. */
    private static List<ProcessHandle> processesNamedOn(InputStream input) throws IOException {
        List<ProcessHandle> processes = new ArrayList<>();
        BufferedReader reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.US_ASCII));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            try {
                ProcessHandle.of(Long.parseLong(line.strip())).ifPresent(processes::add);
            } catch (NumberFormatException exception) {
                LOGGER.warn("not a process id on standard input");
            }
        }
        return processes;
    }

    private static void end(List<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroy);
        CompletableFuture.allOf(processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, SECONDS_TO_END, TimeUnit.SECONDS)
                .join();
        processes.forEach(ProcessHandle::destroyForcibly);
    }
}
