package dev.journey.reload;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * Shows whether the route files are what runs. Up with refused files, too: the service works by the last good ones. Down
 * only if those could not be restored.
 */
public class RoutesHealthIndicator implements HealthIndicator {

    private final RouteReload reload;

    public RoutesHealthIndicator(RouteReload reload) {
        this.reload = reload;
    }

    @Override
    public Health health() {
        RouteReload.State state = reload.getState();
        Health.Builder health = state.isServing() ? Health.up() : Health.down();
        return health.withDetails(state.toDetails()).build();
    }
}
