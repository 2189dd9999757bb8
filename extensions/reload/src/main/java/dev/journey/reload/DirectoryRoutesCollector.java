package dev.journey.reload;

import java.util.Collection;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spring.boot.CamelSpringBootRoutesCollector;
import org.springframework.context.ApplicationContext;

/** Has Camel start with the routes of the watched folder, instead of those of its own include pattern. */
final class DirectoryRoutesCollector extends CamelSpringBootRoutesCollector {

    private final RouteReload reload;

    DirectoryRoutesCollector(ApplicationContext applicationContext, boolean includeNonSingletons, RouteReload reload) {
        super(applicationContext, includeNonSingletons);
        this.reload = reload;
    }

    @Override
    public Collection<RoutesBuilder> collectRoutesFromDirectory(
            CamelContext context, String excludePattern, String includePattern) {
        try {
            return reload.begin((ModelCamelContext) context);
        } catch (Exception exception) {
            throw RuntimeCamelException.wrapRuntimeException(exception);
        }
    }
}
