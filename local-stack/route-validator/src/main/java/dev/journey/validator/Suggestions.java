package dev.journey.validator;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Guesses what a misspelt name was meant to be. */
final class Suggestions {

    private static final int FARTHEST = 3;
    private static final int MOST = 3;

    private Suggestions() {}

    /** Words that go behind "is not known", or none. */
    static String didYouMean(String name, Collection<String> known) {
        List<String> near = near(name, known);
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }

    private static List<String> near(String name, Collection<String> known) {
        LevenshteinDistance distance = new LevenshteinDistance(FARTHEST);
        return known.stream()
                .filter(word -> isNear(distance.apply(name, word), name) || isSwapped(name, word))
                .sorted(Comparator.<String>comparingInt(word -> distance.apply(name, word))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    private static boolean isSwapped(String name, String word) {
        return name.length() == word.length()
                && Arrays.equals(
                        name.chars().sorted().toArray(), word.chars().sorted().toArray());
    }

    // A short name is near to nearly every other.
    private static boolean isNear(int changes, String name) {
        return changes >= 0 && changes <= Math.max(1, name.length() / 3);
    }
}
