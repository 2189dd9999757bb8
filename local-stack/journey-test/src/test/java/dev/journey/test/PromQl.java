package dev.journey.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression asks of Prometheus: as much of the language as tells which series it is about.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/latest/querying/basics/">Prometheus, querying basics</a>
 */
final class PromQl {

    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(?:\\{([^}]*)}|(\\())?");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\([^)]*\\)");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"[^\"]*\"");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "sum", "max", "min");

    private PromQl() {}

    /** Each metric of an expression with the labels that it must have. */
    static List<Selector> selectors(String expression) {
        List<Selector> found = new ArrayList<>();
        String plain =
                RANGE.matcher(GROUPING.matcher(expression).replaceAll("")).replaceAll("");
        Matcher selector = SELECTOR.matcher(plain);
        while (selector.find()) {
            if (selector.group(3) == null && !WORDS.contains(selector.group(1))) {
                String labels = selector.group(2) == null ? "" : selector.group(2);
                found.add(new Selector(
                        selector.group(1),
                        LABEL.matcher(labels)
                                .results()
                                .map(label -> label.group(1))
                                .toList()));
            }
        }
        return found;
    }

    /**
     * A metric and labels of it.
     *
     * @param metric its name
     * @param labels the names of labels
     */
    record Selector(String metric, List<String> labels) {}
}
