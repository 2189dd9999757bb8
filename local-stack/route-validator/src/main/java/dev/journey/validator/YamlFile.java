package dev.journey.validator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A route file in YAML: its content as JSON for a schema, and the line that each part of it is on. */
final class YamlFile {

    private static final int DEEPEST = 100;

    private final Path path;
    private final List<String> source;
    private final JsonNode json;
    private final List<Entry> entries = new ArrayList<>();
    private final List<ScalarNode> scalars = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    /**
     * A key with its value.
     *
     * @param line of the key
     * @param parent what it stands in, or null
     */
    record Entry(String key, int line, Node value, Entry parent) {

        boolean isWithin(Set<String> keys) {
            return parent != null && (keys.contains(parent.key) || parent.isWithin(keys));
        }

        boolean isScalar() {
            return value instanceof ScalarNode;
        }

        boolean isMapping() {
            return value instanceof MappingNode;
        }

        String text() {
            return ((ScalarNode) value).getValue();
        }
    }

    private YamlFile(Path path, String content, Node root, Findings findings) {
        this.path = path;
        this.source = content.lines().toList();
        this.json = convert(root, "", null, 0, findings);
    }

    /** Reads a file; what is no YAML is told, and gives nothing. */
    static Optional<YamlFile> parse(Path path, String content, Findings findings) {
        LoadSettings settings = LoadSettings.builder().setLabel(path.toString()).build();
        try {
            Optional<Node> root = new Compose(settings).composeString(content);
            if (root.isEmpty()) {
                findings.add(path, 1, "it holds nothing; delete it if that is meant");
            }
            return root.map(node -> new YamlFile(path, content, node, findings));
        } catch (MarkedYamlEngineException exception) {
            int line = exception
                    .getProblemMark()
                    .or(exception::getContextMark)
                    .map(mark -> mark.getLine() + 1)
                    .orElse(1);
            findings.add(path, line, "this is not YAML: " + exception.getProblem());
        } catch (YamlEngineException exception) {
            findings.add(path, 1, "this is not YAML: " + exception.getMessage());
        }
        return Optional.empty();
    }

    Path path() {
        return path;
    }

    /** The content, each scalar as text: Camel reads a number or a boolean wherever it wants text. */
    JsonNode json() {
        return json;
    }

    List<Entry> entries() {
        return entries;
    }

    List<ScalarNode> scalars() {
        return scalars;
    }

    /** The entries that stand directly in the value of another. */
    List<Entry> children(Entry parent) {
        return entries.stream().filter(entry -> entry.parent() == parent).toList();
    }

    Optional<Entry> child(Entry parent, String key) {
        return children(parent).stream()
                .filter(entry -> entry.key().equals(key))
                .findFirst();
    }

    /** @param pointer to a part of {@link #json()}, as RFC 6901 has it */
    int line(String pointer) {
        return lines.getOrDefault(pointer, 1);
    }

    /** The line of some words in a scalar, which may go over many. */
    int line(Node scalar, String words) {
        int first = line(scalar);
        int last = scalar.getEndMark().map(Mark::getLine).orElse(first) + 1;
        for (int line = first; line <= Math.min(last, source.size()); line++) {
            if (source.get(line - 1).contains(words)) {
                return line;
            }
        }
        return first;
    }

    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private JsonNode convert(Node node, String pointer, Entry parent, int depth, Findings findings) {
        lines.putIfAbsent(pointer, line(node));
        if (depth > DEEPEST) {
            findings.add(path, line(node), "this is more than " + DEEPEST + " levels deep");
            return JsonNodeFactory.instance.nullNode();
        }
        if (node instanceof MappingNode mapping) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            Set<String> keys = new HashSet<>();
            for (NodeTuple tuple : mapping.getValue()) {
                String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                int line = line(tuple.getKeyNode());
                if (!keys.add(key)) {
                    findings.add(path, line, "'" + key + "' is here twice; keep one of the two");
                }
                String place = pointer + "/" + key.replace("~", "~0").replace("/", "~1");
                lines.put(place, line);
                Entry entry = new Entry(key, line, tuple.getValueNode(), parent);
                entries.add(entry);
                object.set(key, convert(tuple.getValueNode(), place, entry, depth + 1, findings));
            }
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (Node item : sequence.getValue()) {
                String place = pointer + "/" + array.size();
                array.add(convert(item, place, parent, depth + 1, findings));
            }
            return array;
        }
        if (node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
            scalars.add(scalar);
            return JsonNodeFactory.instance.textNode(scalar.getValue());
        }
        return JsonNodeFactory.instance.nullNode();
    }
}
