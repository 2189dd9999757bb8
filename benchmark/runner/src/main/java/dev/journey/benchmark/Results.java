package dev.journey.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything that a run found, each repetition of it.
 *
 * @param measurements of what is compared
 * @param drains how fast a full queue got empty
 * @param limits what the parts can do alone
 * @param growth what there was after more and more checkouts
 * @param starts what starts cost
 */
record Results(
        List<Measurement> measurements,
        List<Drain> drains,
        List<Limit> limits,
        List<Growth.Stage> growth,
        List<Start> starts) {

    /** To be filled. */
    static Results empty() {
        return new Results(
                new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /** The names of what was compared, in their order. */
    List<String> subjects() {
        return measurements.stream().map(Measurement::subject).distinct().toList();
    }

    List<Measurement> of(String subject, Measurement.Kind kind) {
        return measurements.stream()
                .filter(measurement -> measurement.subject().equals(subject) && measurement.kind() == kind)
                .toList();
    }

    /** Why the run is void; nothing if it is good. */
    List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        measurements.forEach(measurement -> addTroubles(measurement, troubles));
        growth.forEach(stage -> addTroubles(stage.measurement(), troubles));
        return troubles;
    }

    private static void addTroubles(Measurement measurement, List<String> troubles) {
        measurement
                .troubles()
                .forEach(trouble -> troubles.add(measurement.subject() + ", "
                        + measurement.kind().text() + " " + measurement.repetition() + ": " + trouble));
    }
}
