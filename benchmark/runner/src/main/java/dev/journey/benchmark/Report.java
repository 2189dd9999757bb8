package dev.journey.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** What a run found, to read and as JSON. */
final class Report {

    private static final String NOT_MEASURED = "";

    private final Instant begun;
    private final Machine machine;
    private final Options options;
    private final Results results;

    Report(Instant begun, Machine machine, Options options, Results results) {
        this.begun = begun;
        this.machine = machine;
        this.options = options;
        this.results = results;
    }

    /**
     * Writes every repetition of everything so far, in place of what the file had.
     *
     * @param complete whether the run has ended; a run that is cut off leaves a file that says that it is not
     */
    void writeJson(Path file, boolean complete) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("begun", begun.toString());
        all.put("complete", complete);
        all.put("void", !results.troubles().isEmpty());
        all.put("troubles", results.troubles());
        all.put("machine", machine);
        all.put("repetitions", options.repetitions());
        all.put("seconds", options.seconds());
        all.put("warmUpSeconds", options.warmUpSeconds());
        all.put("senders", options.senders());
        all.put("targets", Target.of(results));
        all.put("results", results);
        Files.createDirectories(file.getParent());
        Path next = file.resolveSibling(file.getFileName() + ".next");
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(next.toFile(), all);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** To be read. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                        Locale.ROOT,
                        "%d cores of %s, %,d MB; %s; JDK %s %s; RabbitMQ %s; vegeta %s; revision %s",
                        machine.cores(),
                        machine.processor(),
                        machine.memoryMegabytes(),
                        machine.kernel(),
                        machine.jdk(),
                        String.join(" ", machine.javaOptions()),
                        machine.rabbitmq(),
                        machine.vegeta(),
                        machine.revision()))
                .append('\n');
        if (!results.measurements().isEmpty()) {
            text.append('\n').append(comparison());
        }
        if (!results.drains().isEmpty() || !results.limits().isEmpty()) {
            text.append('\n').append(limits());
        }
        if (!results.growth().isEmpty()) {
            text.append('\n').append(growth());
        }
        if (!results.starts().isEmpty()) {
            text.append('\n').append(starts());
        }
        text.append('\n').append(targets());
        return text.toString();
    }

    private Table comparison() {
        List<String> subjects = results.subjects();
        Table table = new Table().add("", subjects);
        add(table, "checkouts/s at saturation", saturation(m -> m.load().rate(), "%,.0f"));
        add(
                table,
                "  the slowest repetition",
                subject ->
                        text(rates(subject).min().stream().boxed().findFirst().orElse(null), "%,.0f"));
        add(
                table,
                "  the fastest",
                subject ->
                        text(rates(subject).max().stream().boxed().findFirst().orElse(null), "%,.0f"));
        add(table, "  seconds that stock is behind at the end", saturation(Measurement::behindSeconds, "%.2f"));
        add(table, "at half of that, checkouts/s", half(Measurement::targetRate, "%,.0f"));
        add(table, "  p50, ms", half(m -> m.load().latencies().p50(), "%.2f"));
        add(table, "  p99, ms", half(m -> m.load().latencies().p99(), "%.2f"));
        add(table, "  p99.9, ms", half(m -> m.load().latencies().p999(), "%.2f"));
        for (Measurement.Kind kind : List.of(Measurement.Kind.SATURATION, Measurement.Kind.HALF_LOAD)) {
            table.add("CPU ms a checkout, " + kind.text());
            for (String process : processes()) {
                add(
                        table,
                        "  " + process,
                        subject -> text(
                                median(subject, kind, m -> m.cpuMilliseconds().getOrDefault(process, Double.NaN)),
                                "%.3f"));
            }
            add(
                    table,
                    "  gateway, checkout and stock",
                    subject -> text(median(subject, kind, Measurement::servicesCpuMilliseconds), "%.3f"));
            add(
                    table,
                    "  all else: load, sink, others",
                    subject -> text(median(subject, kind, Measurement::otherCpuMilliseconds), "%.3f"));
        }
        table.add("memory before and after, MB");
        for (String process : processes()) {
            add(table, "  " + process, subject -> memory(subject, process));
        }
        add(table, "confirmed (202)", sum(m -> m.load().accepted()));
        add(table, "consumed", sum(m -> m.consumed() == null ? Double.NaN : m.consumed()));
        add(
                table,
                "traces of the five spans",
                sum(m -> m.traces() == null ? Double.NaN : m.traces().complete()));
        add(
                table,
                "all spans",
                sum(m -> m.traces() == null ? Double.NaN : m.traces().spans()));
        return table;
    }

    private Table limits() {
        Table table = new Table().add("the limit", "a second");
        for (Limit limit : results.limits()) {
            table.add(limit.what(), text(limit.rate(), "%,.0f"));
        }
        Set<String> consumers = new LinkedHashSet<>();
        results.drains().forEach(drain -> consumers.add(drain.consumer()));
        for (String consumer : consumers) {
            Double rate = Median.of(results.drains().stream()
                    .filter(drain -> drain.consumer().equals(consumer))
                    .mapToDouble(Drain::rate));
            table.add("messages from a full queue, " + consumer, text(rate, "%,.0f"));
        }
        return table;
    }

    private Table growth() {
        Table table = new Table()
                .add(
                        "after checkouts",
                        "CPU ms a checkout",
                        "gateway MB",
                        "checkout MB",
                        "stock MB",
                        "rabbitmq MB",
                        "threads",
                        "connections",
                        "channels");
        for (Growth.Stage stage : results.growth()) {
            Map<String, Long> memory = stage.measurement().residentMegabytesAfter();
            table.add(
                    text((double) stage.checkouts(), "%,.0f"),
                    text(stage.measurement().servicesCpuMilliseconds(), "%.3f"),
                    memory.get("gateway").toString(),
                    memory.get("checkout").toString(),
                    memory.get("stock").toString(),
                    memory.get(Meter.BROKER).toString(),
                    Integer.toString(stage.threads().values().stream()
                            .mapToInt(Integer::intValue)
                            .sum()),
                    Integer.toString(stage.connections()),
                    Integer.toString(stage.channels()));
        }
        return table;
    }

    private Table starts() {
        Table table = new Table().add("start", "", "CPU s", "wall s", "memory MB");
        Set<String> services = new LinkedHashSet<>();
        Set<String> variants = new LinkedHashSet<>();
        results.starts().forEach(start -> {
            services.add(start.service());
            variants.add(start.variant());
        });
        for (String service : services) {
            for (String variant : variants) {
                List<Start> starts = results.starts().stream()
                        .filter(start -> start.service().equals(service)
                                && start.variant().equals(variant))
                        .toList();
                table.add(
                        service,
                        variant,
                        text(Median.of(starts.stream().mapToDouble(Start::cpuSeconds)), "%.2f"),
                        text(Median.of(starts.stream().mapToDouble(Start::wallSeconds)), "%.2f"),
                        text(Median.of(starts.stream().mapToDouble(Start::residentMegabytes)), "%.0f"));
            }
        }
        return table;
    }

    private Table targets() {
        Table table = new Table().add("target", "", "found", "");
        for (Target target : Target.of(results)) {
            table.add(
                    target.what(),
                    (target.atMost() ? "at most " : "at least ") + text(target.limit(), "%.2f"),
                    target.found() == null ? "not measured" : text(target.found(), "%.2f"),
                    target.reached() == null ? "" : target.reached() ? "reached" : "MISSED");
        }
        return table;
    }

    private void add(Table table, String what, Function<String, String> cell) {
        table.add(what, results.subjects().stream().map(cell).toList());
    }

    private Function<String, String> saturation(ToDoubleFunction<Measurement> figure, String format) {
        return subject -> text(median(subject, Measurement.Kind.SATURATION, figure), format);
    }

    private Function<String, String> half(ToDoubleFunction<Measurement> figure, String format) {
        return subject -> text(median(subject, Measurement.Kind.HALF_LOAD, figure), format);
    }

    private Function<String, String> sum(ToDoubleFunction<Measurement> figure) {
        return subject -> text(
                results.measurements().stream()
                        .filter(measurement -> measurement.subject().equals(subject))
                        .mapToDouble(figure)
                        .sum(),
                "%,.0f");
    }

    private Double median(String subject, Measurement.Kind kind, ToDoubleFunction<Measurement> figure) {
        return Median.of(results.of(subject, kind).stream().mapToDouble(figure));
    }

    private DoubleStream rates(String subject) {
        return results.of(subject, Measurement.Kind.SATURATION).stream()
                .mapToDouble(measurement -> measurement.load().rate());
    }

    private Set<String> processes() {
        Set<String> processes = new LinkedHashSet<>();
        results.measurements().forEach(m -> processes.addAll(m.cpuMilliseconds().keySet()));
        return processes;
    }

    private String memory(String subject, String process) {
        List<Measurement> measurements = results.measurements().stream()
                .filter(measurement -> measurement.subject().equals(subject))
                .toList();
        Long before = measurements.get(0).residentMegabytesBefore().get(process);
        Long after = measurements
                .get(measurements.size() - 1)
                .residentMegabytesAfter()
                .get(process);
        return before == null ? NOT_MEASURED : before + " → " + after;
    }

    private static String text(Double value, String format) {
        return value == null || value.isNaN() ? NOT_MEASURED : String.format(Locale.ROOT, format, value);
    }
}
