package dev.journey.validator;

import dev.journey.validator.YamlFile.Entry;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.ComponentModel.EndpointOptionModel;
import org.apache.camel.util.URISupport;

/**
 * Whether endpoints name a component that there is with options that it has, and no address but by placeholders. An
 * address is what a remote endpoint's URI has behind the scheme, and each option whose name ends in one of
 * {@link #PLACES}; a secret option counts as one.
 */
final class EndpointCheck {

    private static final String PLACES =
            "[Hh]osts?|[Hh]ostName|[Pp]ort|[Aa]ddress(es)?|[Uu]r[il]|[Bb]rokers?|[Ss]ervers?"
                    + "|[Qq]ueues?|[Ee]xchange|[Ee]xchangeName|[Tt]opics?|[Rr]outingKey|[Pp]ath|[Dd]irectory";
    private static final Pattern PLACE = Pattern.compile("(" + PLACES + ")|.*[a-z](?=[A-Z])(" + PLACES + ")");
    private static final Set<String> OPAQUE = Set.of("parameters", "properties", "beans");
    private static final Set<String> ENDPOINTS = Set.of("from", "to", "toD", "wireTap", "poll", "deadLetterUri");
    private static final Set<String> COMPUTED = Set.of("enrich", "pollEnrich", "recipientList", "routingSlip");
    private static final Set<String> CONSUMERS = Set.of("from", "poll", "pollEnrich");
    private static final Set<String> VERBS = Set.of("get", "post", "put", "patch", "delete", "head");
    private static final Set<String> REST_PLACES =
            Set.of("host", "port", "apiHost", "contextPath", "apiContextPath", "path");
    // Not where, but what: a contract's name and the option of every endpoint.
    private static final Set<String> NO_PLACES = Set.of("grpc:service");
    private static final Set<String> ON_BOTH_SIDES = Set.of("exchangePattern");

    private final CamelCatalog catalog = new DefaultCamelCatalog(true);

    /** Takes what is wrong with an endpoint, by the option that is, or the URI as a whole: an empty name. */
    interface Report {
        void add(String option, String words);
    }

    void check(YamlFile file, Service service, Findings findings) {
        for (Entry entry : file.entries()) {
            if (entry.isWithin(OPAQUE)) {
                continue;
            }
            if (ENDPOINTS.contains(entry.key())) {
                checkEndpoint(file, entry, service, findings);
            } else if (COMPUTED.contains(entry.key()) && entry.isMapping()) {
                checkComputed(file, entry, service, findings);
            } else if (entry.isScalar() && isRestPlace(entry) && !Placeholders.isAllSetElsewhere(entry.text())) {
                findings.add(file.path(), entry.line(), literal(entry.key(), " as '" + entry.text() + "'", service));
            }
        }
    }

    private void checkEndpoint(YamlFile file, Entry entry, Service service, Findings findings) {
        Entry uri = entry.isScalar() ? entry : file.child(entry, "uri").orElse(null);
        if (uri == null || !uri.isScalar()) {
            return;
        }
        Map<String, Entry> parameters = new LinkedHashMap<>();
        file.child(entry, "parameters").ifPresent(all -> file.children(all).stream()
                .filter(Entry::isScalar)
                .forEach(parameter -> parameters.put(parameter.key(), parameter)));
        Map<String, String> values = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> values.put(name, parameter.text()));
        check(
                uri.text(),
                values,
                CONSUMERS.contains(entry.key()),
                service,
                (option, words) -> findings.add(
                        file.path(), (parameters.containsKey(option) ? parameters.get(option) : uri).line(), words));
    }

    // An expression that gives one URI or more.
    private void checkComputed(YamlFile file, Entry entry, Service service, Findings findings) {
        Entry holder = file.child(entry, "expression").orElse(entry);
        for (String language : List.of("constant", "simple")) {
            file.child(holder, language)
                    .map(expression -> expression.isScalar()
                            ? expression
                            : file.child(expression, "expression").orElse(entry))
                    .filter(Entry::isScalar)
                    .ifPresent(expression -> Stream.of(expression.text().split(","))
                            .forEach(uri -> check(
                                    uri.strip(),
                                    Map.of(),
                                    CONSUMERS.contains(entry.key()),
                                    service,
                                    (option, words) -> findings.add(file.path(), expression.line(), words))));
        }
    }

    private static boolean isRestPlace(Entry entry) {
        return entry.parent() != null
                && REST_PLACES.contains(entry.key())
                && (entry.parent().key().equals("restConfiguration")
                        || entry.parent().key().equals("rest")
                        || VERBS.contains(entry.parent().key()) && entry.isWithin(Set.of("rest")));
    }

    /** @param parameters what stands beside the URI */
    void check(String uri, Map<String, String> parameters, boolean consumer, Service service, Report report) {
        String scheme = uri.split("[:?]", 2)[0];
        if (uri.isBlank()) {
            report.add("", "the endpoint's uri is empty");
            return;
        }
        if (scheme.contains("{{") || scheme.contains("${")) {
            return;
        }
        ComponentModel component = catalog.componentModel(scheme);
        if (component == null) {
            report.add(
                    "",
                    "there is no component '" + scheme + "'"
                            + Suggestions.didYouMean(scheme, catalog.findComponentNames()));
            return;
        }
        if (!service.hasComponent(scheme)) {
            report.add(
                    "",
                    "the component '" + scheme + "' is not in this service; add " + component.getArtifactId()
                            + "-starter to " + service.moduleFile() + " and build it");
        }
        Map<String, String> options = new TreeMap<>(parameters);
        try {
            properties(scheme, uri).forEach(options::putIfAbsent);
            EndpointValidationResult result = catalog.validateEndpointProperties(
                    catalog.asEndpointUri(scheme, checkable(options), false), false, consumer, !consumer);
            tell(result, scheme, component, options, report);
            component.getEndpointOptions().stream()
                    .filter(option -> option.isRequired() && !options.containsKey(option.getName()))
                    .forEach(option -> report.add(
                            "",
                            "the option '" + option.getName() + "' is missing: the uri is " + component.getSyntax()));
        } catch (Exception exception) {
            report.add("", "'" + uri + "' is no uri of the component '" + scheme + "': " + component.getSyntax());
        }
        component.getEndpointOptions().stream()
                .filter(option -> options.containsKey(option.getName()))
                .filter(option -> isPlace(scheme, component, option))
                .filter(option -> isLiteral(options.get(option.getName())))
                .forEach(option -> report.add(
                        option.getName(),
                        literal(
                                option.getName(),
                                option.isSecret() ? "" : " as '" + options.get(option.getName()) + "'",
                                service)));
    }

    // The whole uri may be in the parameters.
    private Map<String, String> properties(String scheme, String uri) throws URISyntaxException {
        if (uri.startsWith(scheme + ":")) {
            return catalog.endpointProperties(uri);
        }
        Map<String, String> properties = new TreeMap<>();
        String query = uri.substring(Math.min(uri.length(), scheme.length() + 1));
        URISupport.parseQuery(query).forEach((name, value) -> properties.put(name, String.valueOf(value)));
        return properties;
    }

    // What is known when the route runs only passes; an ampersand would begin another option.
    private static Map<String, String> checkable(Map<String, String> options) {
        Map<String, String> checkable = new TreeMap<>();
        options.forEach((name, value) -> {
            if (!value.contains("${") || !name.matches("[a-z][A-Za-z]+")) {
                checkable.put(name, value.replace('&', ','));
            } else {
                checkable.put(name, "{{computed}}");
            }
        });
        return checkable;
    }

    private static void tell(
            EndpointValidationResult result,
            String scheme,
            ComponentModel component,
            Map<String, String> options,
            Report report) {
        if (result.getSyntaxError() != null) {
            report.add("", "the uri is malformed: " + result.getSyntaxError());
        }
        each(
                result.getUnknown(),
                option -> report.add(
                        option,
                        "the component '" + scheme + "' has no option '" + option + "'"
                                + Suggestions.didYouMean(
                                        option,
                                        component.getEndpointOptions().stream()
                                                .map(EndpointOptionModel::getName)
                                                .toList())));
        each(
                keys(result.getInvalidEnum()),
                option -> report.add(
                        option,
                        must(
                                option,
                                options,
                                "be one of "
                                        + String.join(
                                                ", ",
                                                Arrays.asList(result.getInvalidEnumChoices()
                                                        .get(option))))));
        each(keys(result.getInvalidBoolean()), option -> report.add(option, must(option, options, "be true or false")));
        each(
                keys(result.getInvalidInteger()),
                option -> report.add(option, must(option, options, "be a whole number")));
        each(keys(result.getInvalidNumber()), option -> report.add(option, must(option, options, "be a number")));
        each(
                keys(result.getInvalidDuration()),
                option -> report.add(option, must(option, options, "be a time in milliseconds, or such as 5s")));
        each(keys(result.getInvalidMap()), option -> report.add(option, must(option, options, "be name=value")));
        each(keys(result.getInvalidArray()), option -> report.add(option, must(option, options, "be a list")));
        each(
                keys(result.getInvalidReference()),
                option -> report.add(option, must(option, options, "be a reference such as #name")));
        each(result.getNotConsumerOnly(), option -> tellSide(option, scheme, "from", report));
        each(result.getNotProducerOnly(), option -> tellSide(option, scheme, "to", report));
    }

    private static void tellSide(String option, String scheme, String side, Report report) {
        if (!ON_BOTH_SIDES.contains(option)) {
            report.add(
                    option, "the option '" + option + "' has no effect on '" + side + ": " + scheme + "'; remove it");
        }
    }

    private static String must(String option, Map<String, String> options, String what) {
        return "the option '" + option + "' must " + what + ", and is '" + options.get(option) + "'";
    }

    private static Set<String> keys(Map<String, ?> map) {
        return map == null ? null : map.keySet();
    }

    private static void each(Set<String> names, java.util.function.Consumer<String> action) {
        if (names != null) {
            names.forEach(action);
        }
    }

    private static boolean isPlace(String scheme, ComponentModel component, EndpointOptionModel option) {
        if (option.isSecret()) {
            return true;
        }
        boolean isText =
                option.getEnums() == null && Set.of("string", "integer").contains(option.getType());
        return component.isRemote()
                && isText
                && !NO_PLACES.contains(scheme + ":" + option.getName())
                && (option.getKind().equals("path")
                        || PLACE.matcher(option.getName()).matches());
    }

    private static boolean isLiteral(String value) {
        return !value.isEmpty()
                && !value.contains("${")
                && !value.startsWith("#")
                && !Placeholders.isAllSetElsewhere(value);
    }

    private static String literal(String option, String value, Service service) {
        return "the " + option + " is written out" + value + "; make it a placeholder such as {{"
                + service.name() + "." + option.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)
                + "}} and set that in " + service.settingsFile();
    }
}
