package dev.journey.validator;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether a file is what the schema of Camel's YAML DSL describes. */
final class SchemaCheck {

    private static final Set<String> ALTERNATIVES = Set.of("oneOf", "anyOf", "allOf", "not");
    private static final Set<String> KEYS_OF_A_FILE = Set.of(
            "beans",
            "from",
            "onException",
            "rest",
            "restConfiguration",
            "route",
            "routeConfiguration",
            "routeTemplate");

    private final JsonSchema schema;

    SchemaCheck() {
        try (InputStream file = SchemaCheck.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            schema = JsonSchemaFactory.getInstance(VersionFlag.V4)
                    .getSchema(
                            new ObjectMapper().readTree(file),
                            SchemaValidatorsConfig.builder().build());
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    void check(YamlFile file, Findings findings) {
        if (file.json().isEmpty()) {
            findings.add(file.path(), file.line(""), "it holds nothing; delete it if that is meant");
        }
        Set<ValidationMessage> messages = schema.validate(file.json());
        // Camel reads each scalar as text, and then as what it wants.
        while (messages.stream()
                        .filter(message -> convert(file.json(), message))
                        .count()
                > 0) {
            messages = schema.validate(file.json());
        }
        Set<ValidationMessage> all = messages;
        all.stream().filter(message -> isTelling(message, all)).forEach(message -> {
            String key = message.getType().equals("additionalProperties") ? "/" + message.getProperty() : "";
            findings.add(file.path(), file.line(location(message) + key), words(message, file.json(), all));
        });
    }

    private static String location(ValidationMessage message) {
        return message.getInstanceLocation().toString();
    }

    /** Makes a text what the schema wants instead, if it can be read as that. */
    private static boolean convert(JsonNode json, ValidationMessage message) {
        JsonPointer pointer = JsonPointer.compile(location(message));
        String text = json.at(pointer).textValue();
        if (!message.getType().equals("type") || text == null) {
            return false;
        }
        boolean isPlaceholder = Placeholders.isPlaceholder(text);
        JsonNode value =
                switch (expected(message)) {
                    case "boolean" ->
                        isPlaceholder || text.matches("true|false") ? BooleanNode.valueOf(text.equals("true")) : null;
                    case "integer", "number" ->
                        isPlaceholder || text.matches("-?\\d{1,9}(\\.\\d+)?")
                                ? DecimalNode.valueOf(isPlaceholder ? BigDecimal.ZERO : new BigDecimal(text))
                                : null;
                    default -> null;
                };
        if (value != null && json.at(pointer.head()) instanceof ObjectNode parent) {
            parent.set(pointer.last().getMatchingProperty(), value);
            return true;
        }
        return false;
    }

    private static String expected(ValidationMessage message) {
        return message.getArguments()[1].toString();
    }

    // Where there are alternatives, each that does not fit says so; what tells is what is wrong inside of the one
    // meant.
    private static boolean isTelling(ValidationMessage message, Collection<ValidationMessage> all) {
        if (message.getType().equals("type") && !isInAlternative(message)) {
            return true;
        }
        if (!isAlternative(message) && !isInAlternative(message)) {
            return true;
        }
        int rank = rank(message);
        return rank == 0
                || all.stream()
                        .noneMatch(other -> isAtOrBelow(location(other), location(message))
                                && (rank(other) < rank || !isAlternative(other) && !isInAlternative(other)));
    }

    private static int rank(ValidationMessage message) {
        return switch (message.getType()) {
            case "type" -> 1;
            case "required" -> 2;
            case "oneOf" -> fitsMoreThanOne(message) ? 0 : 3;
            case "anyOf", "allOf", "not" -> 3;
            default -> 0;
        };
    }

    private static boolean fitsMoreThanOne(ValidationMessage message) {
        return !message.getArguments()[0].toString().equals("0");
    }

    private static boolean isAtOrBelow(String location, String top) {
        return location.equals(top) || location.startsWith(top + "/");
    }

    private static boolean isAlternative(ValidationMessage message) {
        return ALTERNATIVES.contains(message.getType());
    }

    private static boolean isInAlternative(ValidationMessage message) {
        return ALTERNATIVES.stream()
                .anyMatch(name -> message.getEvaluationPath().toString().contains("/" + name + "/"));
    }

    private String words(ValidationMessage message, JsonNode json, Collection<ValidationMessage> all) {
        String location = location(message);
        String place = location.substring(location.lastIndexOf('/') + 1);
        String where = place.isEmpty() || place.matches("\\d+") ? "" : " in '" + place + "'";
        switch (message.getType()) {
            case "additionalProperties":
                String key = message.getProperty();
                Set<String> known = knownKeys(message);
                return "'" + key + "' is not known" + where
                        + (known.isEmpty() ? "" : Suggestions.didYouMean(key, known));
            case "required":
                return isInAlternative(message)
                        ? "'" + place + "' does not say which: give it one of " + joined(all, message)
                        : "'" + message.getProperty() + "' is missing" + where;
            case "type":
                return "'" + place + "' must be " + expectedOf(all, message) + ", and is "
                        + named(message.getArguments()[0].toString());
            case "enum":
                return "'" + place + "' must be one of "
                        + message.getArguments()[0].toString().replaceAll("[\\[\\]\"]", "");
            case "maxProperties":
                return "there is more than one in one list item (" + String.join(", ", names(json.at(location)))
                        + "); begin each with '- '";
            case "oneOf", "anyOf", "not":
                return "these do not go together" + where + ": " + String.join(", ", names(json.at(location)));
            default:
                return message.getMessage().replaceFirst("^[^:]*: ", "");
        }
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private Set<String> knownKeys(ValidationMessage message) {
        if (location(message).matches("/\\d+")) {
            return KEYS_OF_A_FILE;
        }
        JsonNode definition = schema.getSchemaNode()
                .at(message.getSchemaLocation().getFragment().toString().replaceFirst("/[^/]+$", ""));
        return names(definition.path("properties"));
    }

    private static String expectedOf(Collection<ValidationMessage> all, ValidationMessage message) {
        return all.stream()
                .filter(other ->
                        other.getType().equals("type") && location(other).equals(location(message)))
                .map(SchemaCheck::expected)
                .map(SchemaCheck::named)
                .distinct()
                .collect(Collectors.joining(" or "));
    }

    private static String named(String type) {
        return switch (type) {
            case "object" -> "a mapping";
            case "array" -> "a list";
            case "string" -> "a text";
            case "null" -> "nothing";
            case "integer" -> "an integer";
            default -> "a " + type;
        };
    }

    private static String joined(Collection<ValidationMessage> all, ValidationMessage message) {
        return all.stream()
                .filter(other ->
                        other.getType().equals("required") && location(other).equals(location(message)))
                .map(ValidationMessage::getProperty)
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
