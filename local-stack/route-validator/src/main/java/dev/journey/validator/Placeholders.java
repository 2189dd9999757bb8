package dev.journey.validator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Camel's property placeholders, <code>{{name}}</code>. */
final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([?!]?)([^{}]+)}}");
    private static final Pattern WITHOUT_DEFAULT = Pattern.compile("\\{\\{\\??((env|sys):)?[^{}:]+}}");

    private Placeholders() {}

    static boolean isPlaceholder(String text) {
        return PLACEHOLDER.matcher(text).matches();
    }

    /** Whether text is nothing but placeholders without a default, and separators: what it says is set elsewhere. */
    static boolean isAllSetElsewhere(String text) {
        Matcher matcher = WITHOUT_DEFAULT.matcher(text);
        return matcher.find() && matcher.replaceAll("").matches("[:/,.;|_-]*");
    }

    /** Tells each placeholder that the service has no setting for. */
    static void check(YamlFile file, Service service, Findings findings) {
        for (ScalarNode scalar : file.scalars()) {
            check(
                    scalar.getValue(),
                    service,
                    (placeholder, words) -> findings.add(file.path(), file.line(scalar, placeholder), words));
        }
    }

    /** Takes what is wrong with a placeholder. */
    interface Report {
        void add(String placeholder, String words);
    }

    static void check(String text, Service service, Report report) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (service.hasSettings() && matcher.find()) {
            String name = matcher.group(2).strip();
            // A colon is a default, or a function such as env:NAME.
            if (!name.contains(":") && matcher.group(1).isEmpty() && !service.isSet(name)) {
                report.add(
                        matcher.group(),
                        "nothing sets {{" + name + "}}; add it to " + service.settingsFile()
                                + " or to a *.properties file beside the routes"
                                + Suggestions.didYouMean(name, service.settings()));
            }
        }
    }
}
