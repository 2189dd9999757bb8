package dev.journey.validator;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * One thing that is wrong with a route file.
 *
 * @param line counted from 1
 * @param message what is wrong and what to do, in one line
 */
record Finding(Path file, int line, String message) implements Comparable<Finding> {

    private static final Comparator<Finding> ORDER =
            Comparator.comparing(Finding::file).thenComparingInt(Finding::line).thenComparing(Finding::message);

    Finding {
        message = message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }
}
