package dev.journey.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be measured. */
enum Row {
    /** The three services as they are. */
    PIPELINE,
    /** The same without tracing. */
    TRACING_OFF,
    /** The same journey without Camel. */
    BY_HAND,
    /** The same with calls, confirms and channels as the services have them. */
    BY_HAND_TUNED,
    /** The services with OpenTelemetry's Java agent in place of their own tracing. */
    AGENT,
    /** What the broker and gRPC can do at most. */
    LIMITS,
    /** Whether a checkout costs the same after many others. */
    GROWTH,
    /** What a start costs. */
    START;

    /** As the option and the report spell it. */
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if a name is none */
    static List<Row> named(String names) {
        return Arrays.stream(names.split(",")).map(Row::one).distinct().toList();
    }

    private static Row one(String name) {
        return Arrays.stream(values())
                .filter(row -> row.option().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no row " + name + ", but "
                        + Arrays.stream(values()).map(Row::option).collect(Collectors.joining(", "))));
    }
}
