package dev.journey.validator;

import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/** Everything that is wrong, in the order of files and lines. */
final class Findings {

    private final SortedSet<Finding> found = new TreeSet<>();

    void add(Path file, int line, String message) {
        found.add(new Finding(file, line, message));
    }

    SortedSet<Finding> all() {
        return found;
    }
}
