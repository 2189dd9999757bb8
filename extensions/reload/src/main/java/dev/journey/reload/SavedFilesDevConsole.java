package dev.journey.reload;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonObject;

/** The dev console {@code reload}: whether the route files are what runs, and why not. */
public class SavedFilesDevConsole extends AbstractDevConsole {

    // In place of Camel's own, which knows nothing of this.
    private static final String ID = "reload";

    private final RouteReload reload;

    public SavedFilesDevConsole(RouteReload reload) {
        super("camel", ID, "Reload", "Whether the route files are what runs");
        this.reload = reload;
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        return reload.getState().toDetails().entrySet().stream()
                .map(detail -> detail.getKey() + ": " + detail.getValue())
                .collect(Collectors.joining("\n"));
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        JsonObject details = new JsonObject();
        details.putAll(reload.getState().toDetails());
        return details;
    }
}
