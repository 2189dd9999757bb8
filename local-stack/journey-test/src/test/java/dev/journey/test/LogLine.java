package dev.journey.test;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a service's output.
 *
 * @param service the service that printed it
 * @param text the line, without its end
 */
record LogLine(String service, String text) {

    private static final Pattern IDS = Pattern.compile("\\[([0-9a-f]{32}),([0-9a-f]{16})] ");

    /** The id of the trace that the line belongs to, or empty. */
    String traceId() {
        return group(1);
    }

    /** The id of the span that was current, or empty. */
    String spanId() {
        return group(2);
    }

    private String group(int number) {
        Matcher ids = IDS.matcher(text);
        return ids.find() ? ids.group(number) : "";
    }

    @Override
    public String toString() {
        return service + " | " + text;
    }
}
