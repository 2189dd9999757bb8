package dev.journey.console;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.spring.boot.actuate.console.CamelDevConsoleEndpoint;
import org.apache.camel.util.json.JsonObject;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.lang.Nullable;

/**
 * Camel's dev consoles at {@code /actuator/camel}, those that are allowed and no other: Camel's own endpoint also sends
 * messages, collects garbage and shows settings, and does all of it when {@code all} is asked for.
 */
@Endpoint(id = "camel")
public class DevConsoleEndpoint extends CamelDevConsoleEndpoint {

    private static final String ALL = "all";

    private final CamelContext camelContext;
    private final Set<String> allowed;

    public DevConsoleEndpoint(CamelContext camelContext, Set<String> allowed) {
        super(camelContext);
        this.camelContext = camelContext;
        this.allowed = allowed;
    }

    /** The consoles there are. */
    @ReadOperation(producesFrom = DevConsoleFormat.class)
    public WebEndpointResponse<Object> consoles(DevConsoleFormat format) {
        List<DevConsole> consoles = allowedConsoles(format);
        if (format == DevConsoleFormat.TEXT) {
            return new WebEndpointResponse<>(
                    consoles.stream()
                            .map(console -> "%-16s %s".formatted(console.getId(), console.getDescription()))
                            .collect(Collectors.joining("\n", "", "\n")),
                    format);
        }
        JsonObject root = new JsonObject();
        for (DevConsole console : consoles) {
            JsonObject described = new JsonObject();
            described.put("id", console.getId());
            described.put("displayName", console.getDisplayName());
            described.put("description", console.getDescription());
            root.put(console.getId(), described);
        }
        return new WebEndpointResponse<>(root, format);
    }

    /**
     * What a console shows.
     *
     * @param id of the console, or {@code all}
     * @param filter to show only what matches, for consoles that have one, such as a route's id
     * @param limit the most to show, for consoles that have one
     */
    @ReadOperation(producesFrom = DevConsoleFormat.class)
    public WebEndpointResponse<Object> console(
            @Selector String id, DevConsoleFormat format, @Nullable String filter, @Nullable Integer limit) {
        List<DevConsole> consoles = allowedConsoles(format).stream()
                .filter(console -> ALL.equals(id) || console.getId().equals(id))
                .toList();
        if (consoles.isEmpty()) {
            return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        }
        Map<String, Object> options = new HashMap<>();
        options.put(Exchange.HTTP_PATH, id);
        if (filter != null) {
            options.put("filter", filter);
        }
        if (limit != null) {
            options.put("limit", Integer.toString(limit));
        }
        Map<String, Object> shown = new JsonObject();
        for (DevConsole console : consoles) {
            Object content = console.call(format.mediaType(), options);
            if (content != null) {
                shown.put(console.getId(), content);
            }
        }
        return new WebEndpointResponse<>(format == DevConsoleFormat.TEXT ? text(shown) : shown, format);
    }

    private static String text(Map<String, Object> shown) {
        return shown.entrySet().stream()
                .map(entry -> (shown.size() == 1 ? "" : "== " + entry.getKey() + "\n")
                        + outdented(entry.getValue().toString().strip()) + "\n")
                .collect(Collectors.joining("\n"));
    }

    // Camel indents what follows the first line, as part of a page of its own.
    private static String outdented(String text) {
        int end = text.indexOf('\n');
        return end < 0
                ? text
                : text.substring(0, end + 1) + text.substring(end + 1).stripIndent();
    }

    private List<DevConsole> allowedConsoles(DevConsoleFormat format) {
        DevConsoleRegistry registry = DevConsoleRegistry.get(camelContext);
        return registry == null
                ? List.of()
                : allowed.stream()
                        .map(id -> registry.getConsole(id).orElse(null))
                        .filter(Objects::nonNull)
                        .filter(console -> console.supportMediaType(format.mediaType()))
                        .toList();
    }

    /** Not an operation here: see {@link #consoles}. */
    @Override
    public JsonObject getConsoles() {
        return new JsonObject();
    }

    /** Not an operation here: see {@link #console}. */
    @Override
    public JsonObject getConsoleById(String id) {
        return new JsonObject();
    }
}
