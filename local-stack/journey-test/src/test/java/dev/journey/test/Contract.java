package dev.journey.test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.yaml.snakeyaml.Yaml;

/** A file of the repository that describes an interface, and holds schemas: in YAML, of which JSON is a part. */
final class Contract {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static final SchemaValidatorsConfig STRICT =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    private final JsonNode root;
    private final Map<JsonNode, JsonSchema> schemas = new ConcurrentHashMap<>();

    private Contract(JsonNode root) {
        this.root = root;
    }

    /** @param path from the repository's root */
    static Contract of(String path) {
        try {
            Object content = new Yaml().load(Files.readString(ROOT.resolve(path)));
            return new Contract(JSON.valueToTree(content));
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    JsonNode root() {
        return root;
    }

    /** What is meant where a reference stands. */
    JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** What is wrong with a value by a schema of this file; nothing where it is valid. */
    List<String> faults(JsonNode schema, String value) {
        return compiled(schema).validate(value, InputFormat.JSON).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    /** The same for a text that is not JSON, such as a header. */
    List<String> faultsOfText(JsonNode schema, String text) {
        return compiled(schema).validate(JSON.getNodeFactory().textNode(text)).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    // Beside the whole file, which its references point into.
    private JsonSchema compiled(JsonNode schema) {
        return schemas.computeIfAbsent(schema, wanted -> {
            ObjectNode whole = root.deepCopy();
            whole.putArray("allOf").add(wanted);
            return FACTORY.getSchema(whole, STRICT);
        });
    }
}
