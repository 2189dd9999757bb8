package dev.journey.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The load generator. It sends checkouts either at a fixed rate, however long the answers take, or as many as so many
 * senders get answered, one after the other. It waits for the last answer: nothing stays uncounted.
 *
 * @see <a href="https://github.com/tsenart/vegeta">vegeta</a>
 */
final class Vegeta {

    /** What is sent. */
    static final String BODY = "{\"itemsID\":[1,2,3,4]}";

    /** Fewer than the gateway takes at once. Whoever waits for one of them counts from when it was due, all the same. */
    private static final int SENDERS_AT_RATE = 48;

    private final Path program;
    private final Path folder;
    private final ObjectMapper json = new ObjectMapper();

    /** @param folder for what it reads and writes */
    Vegeta(Path program, Path folder) throws IOException {
        this.program = program;
        this.folder = folder;
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("body.json"), BODY);
    }

    /** Sends for so long with so many senders, each the next as soon as it has its answer. */
    Load saturate(URI checkout, int senders, int seconds) throws IOException, InterruptedException {
        Path results = attack(checkout, seconds, "-rate=0", "-max-workers=" + senders, "-workers=" + senders);
        return report(results, null);
    }

    /** Sends so many a second for so long. */
    Load atRate(URI checkout, int rate, int seconds) throws IOException, InterruptedException {
        Path results = attack(checkout, seconds, "-rate=" + rate + "/1s", "-max-workers=" + SENDERS_AT_RATE);
        return report(results, Latencies.of(requests(results), rate));
    }

    String version() throws InterruptedException {
        return Commands.run(Map.of(), List.of(program.toString(), "-version"))
                .lines()
                .filter(line -> line.startsWith("Version:"))
                .map(line -> line.substring("Version:".length()).strip())
                .findFirst()
                .orElse("");
    }

    private Path attack(URI checkout, int seconds, String... pace) throws IOException, InterruptedException {
        Path targets = Files.writeString(
                folder.resolve("targets"),
                "POST " + checkout + "\nContent-Type: application/json\n@" + folder.resolve("body.json") + "\n");
        Path results = folder.resolve("results.bin");
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "attack",
                "-targets=" + targets,
                "-duration=" + seconds + "s",
                "-timeout=30s",
                "-max-body=0",
                "-redirects=-1",
                "-output=" + results));
        command.addAll(List.of(pace));
        Commands.run(Map.of(), command);
        return results;
    }

    private Load report(Path results, Latencies latencies) throws IOException, InterruptedException {
        String report = Commands.run(Map.of(), List.of(program.toString(), "report", "-type=json", results.toString()));
        return load(json.readTree(report), latencies);
    }

    static Load load(JsonNode report, Latencies latencies) {
        Map<String, Long> statuses = new TreeMap<>();
        report.path("status_codes")
                .properties()
                .forEach(status ->
                        statuses.put(status.getKey(), status.getValue().asLong()));
        return new Load(
                report.path("requests").asLong(),
                statuses.getOrDefault("202", 0L),
                statuses,
                (report.path("duration").asLong() + report.path("wait").asLong()) / 1e9,
                latencies);
    }

    private List<Latencies.Request> requests(Path results) throws IOException {
        Process encode = new ProcessBuilder(program.toString(), "encode", "--to", "csv", results.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = encode.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines().map(Vegeta::request).toList();
        }
    }

    // timestamp, code, latency, bytes out, bytes in, error, body, attack name, sequence number, …
    static Latencies.Request request(String line) {
        String[] fields = line.split(",", 10);
        return new Latencies.Request(Long.parseLong(fields[8]), Long.parseLong(fields[0]), Long.parseLong(fields[2]));
    }
}
