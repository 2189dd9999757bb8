package dev.journey.reload;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** Settings of this extension. */
@ConfigurationProperties("journey")
public class RouteReloadProperties {

    /** The folder of the route files. Empty: the routes are found as Camel does, and nothing is watched. */
    private String routesDirectory = "";

    /** How the folder is watched. */
    private final Reload reload = new Reload();

    public String getRoutesDirectory() {
        return routesDirectory;
    }

    public void setRoutesDirectory(String routesDirectory) {
        this.routesDirectory = routesDirectory;
    }

    public Reload getReload() {
        return reload;
    }

    /** Settings below {@code journey.reload}. */
    public static class Reload {

        /** Whether the route files run anew when they are saved. */
        private boolean enabled = true;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }
    }
}
