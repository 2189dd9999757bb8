package dev.journey.validator;

import dev.journey.validator.YamlFile.Entry;
import java.util.Set;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.LanguageValidationResult;

/** Whether Camel can parse the expressions in its Simple language. */
final class SimpleCheck {

    private static final Set<String> PREDICATES =
            Set.of("when", "filter", "validate", "onWhen", "handled", "continued", "retryWhile", "completionPredicate");
    private static final Set<String> OPAQUE = Set.of("parameters", "properties", "beans");
    private static final Set<String> WRAPPERS = Set.of("simple", "expression");

    private final CamelCatalog catalog = new DefaultCamelCatalog(true);

    void check(YamlFile file, Findings findings) {
        for (Entry entry : file.entries()) {
            if (entry.isScalar() && !entry.isWithin(OPAQUE) && isSimple(entry)) {
                String error = isPredicate(entry) ? predicateError(entry.text()) : expressionError(entry.text());
                if (error != null) {
                    findings.add(
                            file.path(),
                            entry.line(),
                            "Simple cannot read '" + entry.text().strip() + "': " + error);
                }
            }
        }
    }

    private static boolean isSimple(Entry entry) {
        return entry.key().equals("simple")
                || entry.key().equals("expression")
                        && entry.parent() != null
                        && entry.parent().key().equals("simple")
                || entry.key().equals("log")
                || entry.key().equals("message")
                        && entry.parent() != null
                        && entry.parent().key().equals("log");
    }

    private static boolean isPredicate(Entry entry) {
        Entry owner = entry.parent();
        while (owner != null && WRAPPERS.contains(owner.key())) {
            owner = owner.parent();
        }
        return owner != null && PREDICATES.contains(owner.key());
    }

    String expressionError(String text) {
        return error(catalog.validateLanguageExpression(SimpleCheck.class.getClassLoader(), "simple", text));
    }

    String predicateError(String text) {
        return error(catalog.validateLanguagePredicate(SimpleCheck.class.getClassLoader(), "simple", text));
    }

    // A language or a bean that is not here may be in the service.
    private static String error(LanguageValidationResult result) {
        String error = String.valueOf(result.getError());
        return result.isSuccess()
                        || error.contains("No language could be found")
                        || error.contains("No bean could be found")
                ? null
                : result.getShortError();
    }
}
