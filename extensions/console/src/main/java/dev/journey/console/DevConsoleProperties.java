package dev.journey.console;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Settings of this extension, all below {@code journey.console}. */
@ConfigurationProperties("journey.console")
public class DevConsoleProperties {

    /** The ids of the consoles that can be asked for. None of the default sends anything or shows settings. */
    private Set<String> allowed = new LinkedHashSet<>(List.of(
            "blocked",
            "consumer",
            "context",
            "endpoint",
            "event",
            "health",
            "inflight",
            "memory",
            "message-history",
            "platform-http",
            "processor",
            "producer",
            "reload",
            "rest",
            "route",
            "route-structure",
            "service",
            "source",
            "thread",
            "top"));

    public Set<String> getAllowed() {
        return allowed;
    }

    public void setAllowed(Set<String> allowed) {
        this.allowed = allowed;
    }
}
