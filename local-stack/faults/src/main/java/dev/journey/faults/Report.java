package dev.journey.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a run found.
 *
 * @param begun when (ISO 8601, UTC)
 * @param rate checkouts a second
 * @param outcomes each fault's
 * @param total all checkouts of the run
 * @param spans how many the trace backend took
 * @param trouble what went wrong that belongs to no fault
 */
record Report(String begun, int rate, List<Outcome> outcomes, Tally total, long spans, List<String> trouble) {

    /** Every promise that was broken, with the fault that broke it. */
    List<String> broken() {
        Outcome none = outcomes.get(0);
        List<String> broken = new ArrayList<>(trouble);
        for (Outcome outcome : outcomes) {
            outcome.broken(none).forEach(what -> broken.add(outcome.fault().title() + ": " + what));
        }
        return broken;
    }

    /** A table in Markdown, a fault a row. */
    String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "fault",
                "times",
                "accepted",
                "refused",
                "delivered",
                "dead-lettered",
                "lost",
                "doubled",
                "refused, yet delivered",
                "longest answer",
                "first 202",
                "first delivery",
                "last refusal"));
        for (Outcome outcome : outcomes) {
            rows.add(row(
                    outcome.fault().title(),
                    Integer.toString(outcome.recoveries().size()),
                    outcome.tally(),
                    outcome.recoveries()));
        }
        rows.add(row("all", "", total, List.of()));
        return render(rows);
    }

    private static List<String> row(String title, String times, Tally tally, List<Recovery> recoveries) {
        return List.of(
                title,
                times,
                Integer.toString(tally.accepted()),
                tally.refused().isEmpty()
                        ? "0"
                        : tally.refused().entrySet().stream()
                                .map(refused -> refused.getValue() + " × " + refused.getKey())
                                .collect(Collectors.joining(", ")),
                Integer.toString(tally.delivered()),
                Integer.toString(tally.deadLettered()),
                Integer.toString(tally.lost().size()),
                Integer.toString(tally.doubled()),
                Integer.toString(tally.refusedYetTaken()),
                seconds(tally.longestSeconds()),
                longest(recoveries, Recovery::firstAccepted),
                longest(recoveries, Recovery::firstDelivered),
                longest(recoveries, Recovery::lastRefused));
    }

    private static String longest(List<Recovery> recoveries, Function<Recovery, Double> value) {
        if (recoveries.isEmpty()) {
            return "";
        }
        return recoveries.stream().anyMatch(recovery -> value.apply(recovery) == null)
                ? "never"
                : seconds(recoveries.stream().mapToDouble(value::apply).max().orElseThrow());
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 1 ? "%.2f s" : "%.1f s", seconds);
    }

    private static String render(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        int[] widths = new int[rows.get(0).size()];
        rows.forEach(row -> {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        });
        for (int number = 0; number < rows.size(); number++) {
            for (int column = 0; column < widths.length; column++) {
                String cell = rows.get(number).get(column);
                text.append("| ").append(cell).append(" ".repeat(widths[column] - cell.length() + 1));
            }
            text.append("|\n");
            if (number == 0) {
                for (int width : widths) {
                    text.append("| ").append("-".repeat(width)).append(' ');
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }

    /** How a checkout fared while the trace backend was in trouble, against the run's own checkouts without a fault. */
    List<String> tracing() {
        Tally none = outcomes.get(0).tally();
        return outcomes.stream()
                .filter(outcome -> outcome.fault().isOfTracing())
                .map(outcome -> String.format(
                        Locale.ROOT,
                        "%s: of the 202s without a fault %.3f, of the median %.2f, of the 99th percentile %.2f, of the "
                                + "longest %.2f; all services' spans again after %s",
                        outcome.fault().title(),
                        share(outcome.tally()) / share(none),
                        outcome.tally().medianSeconds() / none.medianSeconds(),
                        outcome.tally().percentile99Seconds() / none.percentile99Seconds(),
                        outcome.tally().longestSeconds() / none.longestSeconds(),
                        longest(outcome.recoveries(), Recovery::firstTraces)))
                .toList();
    }

    private static double share(Tally tally) {
        return (double) tally.accepted() / tally.sent();
    }

    /** Writes all of it as JSON, times in seconds. */
    void write(Path file) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(file.toFile(), Map.of("report", this, "broken", broken()));
    }
}
