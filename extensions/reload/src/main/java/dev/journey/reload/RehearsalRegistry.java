package dev.journey.reload;

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Component;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.CliConnectorFactory;
import org.apache.camel.spi.RoutesBuilderLoader;

/** The application's beans to look at, without those that a rehearsal makes itself. */
final class RehearsalRegistry implements BeanRepository {

    private final CamelContext running;
    private final Set<String> hidden;
    private final Map<CamelContextAware, CamelContext> lent = new IdentityHashMap<>();

    /** @param hidden the beans of the route files that run now */
    RehearsalRegistry(CamelContext running, Set<String> hidden) {
        this.running = running;
        this.hidden = hidden;
    }

    // Camel introduces itself to what it finds, and a rehearsal must leave no trace in what runs.
    void giveBack() {
        lent.forEach(CamelContextAware::setCamelContext);
    }

    @Override
    public Object lookupByName(String name) {
        return hidden.contains(name) ? null : lend(running.getRegistry().lookupByName(name));
    }

    @Override
    public <T> T lookupByNameAndType(String name, Class<T> type) {
        return hidden.contains(name) ? null : lend(running.getRegistry().lookupByNameAndType(name, type));
    }

    @Override
    public <T> Map<String, T> findByTypeWithName(Class<T> type) {
        Map<String, T> beans = new LinkedHashMap<>(running.getRegistry().findByTypeWithName(type));
        beans.keySet().removeAll(hidden);
        beans.values().removeIf(bean -> lend(bean) == null);
        return beans;
    }

    @Override
    public <T> Set<T> findByType(Class<T> type) {
        return new LinkedHashSet<>(findByTypeWithName(type).values());
    }

    private <T> T lend(T bean) {
        if (bean instanceof Component
                || bean instanceof CamelContext
                || bean instanceof CliConnectorFactory
                || bean instanceof RoutesBuilderLoader) {
            return null;
        }
        if (bean instanceof CamelContextAware aware && aware.getCamelContext() != null) {
            lent.putIfAbsent(aware, aware.getCamelContext());
        }
        return bean;
    }
}
