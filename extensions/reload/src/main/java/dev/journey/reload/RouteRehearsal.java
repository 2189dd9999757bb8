package dev.journey.reload;

import dev.journey.reload.RehearsedJavaLoader.Compilation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import javax.tools.ToolProvider;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.CliConnectorFactory;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.spi.ExtendedPropertyConfigurerGetter;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.RoutesBuilderLoader;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.TypeConverterSupport;
import org.apache.camel.util.FileUtil;
import org.springframework.util.ClassUtils;

/**
 * Builds all routes of a set of files in a context of their own, as far as that goes without starting any: what is
 * wrong with the files shows here, where nothing runs that could suffer.
 */
final class RouteRehearsal {

    private static final String JAVA_LOADER = "org.apache.camel.dsl.java.joor.JavaRoutesBuilderLoader";

    private final CamelContext running;
    private final PlaceholderFiles placeholders;
    private final AtomicReference<Compilation> compiled;

    /** @param compiled where to leave the classes of Java files, for what runs them */
    RouteRehearsal(CamelContext running, PlaceholderFiles placeholders, AtomicReference<Compilation> compiled) {
        this.running = running;
        this.placeholders = placeholders;
        this.compiled = compiled;
    }

    /** Has a context run the classes that a rehearsal has compiled, where Camel's loader of Java is on the class path. */
    static void shareCompiled(CamelContext context, Registry registry, AtomicReference<Compilation> compiled) {
        if (ClassUtils.isPresent(JAVA_LOADER, RouteRehearsal.class.getClassLoader())) {
            RehearsedJavaLoader.install(context, registry, compiled);
        }
    }

    /**
     * @param former what runs now
     * @param isForeignRoute whether a route of this id runs that comes from elsewhere
     * @throws RoutesRefusedException if anything is wrong
     */
    RehearsedRoutes rehearse(RouteFiles files, RehearsedRoutes former, Predicate<String> isForeignRoute) {
        Properties properties = files.properties();
        RehearsalRegistry registry = new RehearsalRegistry(running, former.beans());
        RefusalReason reason = new RefusalReason(running, files);
        try {
            return placeholders.rehearse(
                    properties, () -> build(files, former, properties, registry, isForeignRoute, reason));
        } catch (RoutesRefusedException refused) {
            throw refused;
        } catch (Exception | LinkageError failure) {
            throw reason.of(failure, (Path) null);
        } finally {
            registry.giveBack();
        }
    }

    private RehearsedRoutes build(
            RouteFiles files,
            RehearsedRoutes former,
            Properties properties,
            RehearsalRegistry registry,
            Predicate<String> isForeignRoute,
            RefusalReason reason)
            throws Exception {
        DefaultRegistry beans = new DefaultRegistry(registry);
        DefaultCamelContext context = createContext(beans);
        Set<Path> shared = new HashSet<>();
        Map<RouteBuilder, Path> builders = load(files, context, beans, shared, reason);

        for (RouteBuilder builder : builders.keySet()) {
            if (builder instanceof RouteConfigurationsBuilder configurations) {
                attempt(builders.get(builder), reason, () -> {
                    configurations.addRouteConfigurationsToCamelContext(context);
                    return null;
                });
            }
        }
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        Map<String, RouteDefinition> owners = new HashMap<>();
        for (RouteBuilder builder : builders.keySet()) {
            Path path = builders.get(builder);
            List<RouteDefinition> routes = attempt(path, reason, () -> {
                builder.prepareModel(context);
                return builder.getRouteCollection().getRoutes();
            });
            reason.knows(routes);
            if (holdsMoreThanRoutes(builder)) {
                shared.add(path);
            } else if (routes.isEmpty() && !shared.contains(path)) {
                throw new RoutesRefusedException(
                        path,
                        RoutesRefusedException.UNKNOWN_LINE,
                        "it holds no route, bean or routeConfiguration; what is not for Camel belongs in another folder",
                        null);
            }
            for (RouteDefinition route : routes) {
                refuseDuplicate(route, owners, former.files(), isForeignRoute, reason);
            }
            attempt(path, reason, () -> {
                model.addRouteDefinitions(routes);
                return null;
            });
        }
        for (RouteBuilder builder : builders.keySet()) {
            attempt(builders.get(builder), reason, () -> {
                builder.addTemplatedRoutesToCamelContext(context);
                return null;
            });
        }
        if (model.getRouteDefinitions().isEmpty()) {
            throw new RoutesRefusedException(
                    files.directory(), RoutesRefusedException.UNKNOWN_LINE, "there is no route in this folder", null);
        }
        reason.knows(model.getRouteDefinitions());
        context.init();
        Map<String, Object> own = new HashMap<>(beans.getFallbackRegistry().findByTypeWithName(Object.class));
        own.values().removeIf(RoutesBuilderLoader.class::isInstance);
        return new RehearsedRoutes(files, properties, Set.copyOf(shared), Set.copyOf(own.keySet()));
    }

    private static boolean holdsMoreThanRoutes(RouteBuilder builder) {
        return builder instanceof RouteConfigurationBuilder configuration
                        && !configuration
                                .getRouteConfigurationCollection()
                                .getRouteConfigurations()
                                .isEmpty()
                || !builder.getBeans().isEmpty()
                || builder.getRestConfiguration() != null
                || !builder.getRestCollection().getRests().isEmpty()
                || !builder.getRouteTemplateCollection().getRouteTemplates().isEmpty()
                || !builder.getTemplatedRouteCollection().getTemplatedRoutes().isEmpty();
    }

    private static void refuseDuplicate(
            RouteDefinition route,
            Map<String, RouteDefinition> owners,
            RouteFiles former,
            Predicate<String> isForeignRoute,
            RefusalReason reason) {
        String id = route.getId();
        if (id == null) {
            return;
        }
        RouteDefinition owner = owners.putIfAbsent(id, route);
        if (owner == null && !isForeignRoute.test(id)) {
            return;
        }
        // What has just been saved is to blame, in whichever order the files are read.
        boolean ownerIsNew = owner != null && former.holds(file(route)) && !former.holds(file(owner));
        RouteDefinition refused = ownerIsNew ? owner : route;
        RouteDefinition other = ownerIsNew ? route : owner;
        throw new RoutesRefusedException(
                file(refused).path(),
                reason.line(refused.getInput()),
                "the route id '" + id + "' is taken, by a route "
                        + (other == null
                                ? "of the application"
                                : "in " + file(other).path()),
                null);
    }

    private static RouteFile file(RouteDefinition route) {
        return (RouteFile) route.getResource();
    }

    // File by file, so that a failure is known to be this file's; the Java files are compiled together.
    private static Map<RouteBuilder, Path> load(
            RouteFiles files,
            DefaultCamelContext context,
            DefaultRegistry beans,
            Set<Path> shared,
            RefusalReason reason)
            throws Exception {
        RoutesLoader loader = PluginHelper.getRoutesLoader(context);
        Map<RouteBuilder, Path> builders = new LinkedHashMap<>();
        List<RouteFile> java = new ArrayList<>();
        for (RouteFile file : files.routes()) {
            if (file.is(".java")) {
                java.add(file);
            }
        }
        if (!java.isEmpty()) {
            refuseJavaWithoutCompiler(java.get(0).path(), loader);
            int known = beans.getFallbackRegistry().findByType(Object.class).size();
            for (RoutesBuilder builder : attempt(null, reason, () -> loader.findRoutesBuilders(List.copyOf(java)))) {
                RouteBuilder routes = (RouteBuilder) builder;
                builders.put(RouteSwap.process(context, routes), ((RouteFile) routes.getResource()).path());
            }
            boolean bound = beans.getFallbackRegistry().findByType(Object.class).size() > known;
            java.stream()
                    .map(RouteFile::path)
                    .filter(path -> bound || !builders.containsValue(path))
                    .forEach(shared::add);
        }
        for (RouteFile file : files.routes()) {
            refuseWhatCamelDoesNotRead(file, loader);
            if (file.content().isBlank()) {
                throw new RoutesRefusedException(
                        file.path(),
                        RoutesRefusedException.UNKNOWN_LINE,
                        "it is empty; delete it if that is meant",
                        null);
            }
            if (!file.is(".java")) {
                int known = beans.getFallbackRegistry().findByType(Object.class).size();
                Collection<RoutesBuilder> found =
                        attempt(file.path(), reason, () -> loader.findRoutesBuilders(List.of(file)));
                found.forEach(builder -> builders.put((RouteBuilder) builder, file.path()));
                if (beans.getFallbackRegistry().findByType(Object.class).size() > known) {
                    shared.add(file.path());
                }
            }
        }
        return builders;
    }

    private static void refuseWhatCamelDoesNotRead(RouteFile file, RoutesLoader loader) throws Exception {
        String extension = FileUtil.onlyExt(file.path().getFileName().toString());
        if (loader.getRoutesLoader(extension) == null) {
            throw new RoutesRefusedException(
                    file.path(),
                    RoutesRefusedException.UNKNOWN_LINE,
                    "Camel reads no files that end with '." + extension
                            + "'; name it .camel.yaml, and no other dot in it",
                    null);
        }
    }

    private static void refuseJavaWithoutCompiler(Path path, RoutesLoader loader) throws Exception {
        String missing = null;
        if (loader.getRoutesLoader("java") == null) {
            missing = "camel-java-joor-dsl on the class path";
        } else if (ToolProvider.getSystemJavaCompiler() == null) {
            missing = "a JDK; this Java has no compiler";
        }
        if (missing != null) {
            throw new RoutesRefusedException(
                    path, RoutesRefusedException.UNKNOWN_LINE, "a Java route needs " + missing, null);
        }
    }

    private static <T> T attempt(Path path, RefusalReason reason, Callable<T> step) throws Exception {
        try {
            return step.call();
        } catch (RoutesRefusedException refused) {
            throw refused;
        } catch (Exception | LinkageError failure) {
            throw reason.of(failure, path);
        }
    }

    // Never started, and so never to be stopped: stopping would reach the beans that it shares with what runs.
    private DefaultCamelContext createContext(DefaultRegistry beans) {
        DefaultCamelContext context = new DefaultCamelContext(false);
        context.disableJMX();
        context.setAutoStartup(false);
        context.setSourceLocationEnabled(true);
        context.setApplicationContextClassLoader(running.getApplicationContextClassLoader());
        context.getCamelContextExtension().setRegistry(beans);
        ComponentResolver resolver = this::copyComponent;
        context.getCamelContextExtension().addContextPlugin(ComponentResolver.class, resolver);
        context.getPropertiesComponent().addPropertiesSource(new PropertiesSource() {
            @Override
            public String getName() {
                return "running";
            }

            @Override
            public String getProperty(String name) {
                return running.getPropertiesComponent().resolveProperty(name).orElse(null);
            }
        });
        context.setStreamCaching(running.isStreamCaching());
        context.setAllowUseOriginalMessage(running.isAllowUseOriginalMessage());
        context.build();
        shareCompiled(context, beans.getFallbackRegistry(), compiled);
        // There from here on, and asked for a connector from init on.
        CliConnectorFactory connectors = context.getCamelContextExtension().getContextPlugin(CliConnectorFactory.class);
        if (connectors != null) {
            connectors.setEnabled(false);
        }
        context.getTypeConverterRegistry()
                .addFallbackTypeConverter(
                        new TypeConverterSupport() {
                            @Override
                            public <T> T convertTo(Class<T> type, Exchange exchange, Object value) {
                                return running.getTypeConverter().tryConvertTo(type, value);
                            }
                        },
                        false);
        return context;
    }

    /** A component with the application's settings, for a rehearsal's own beans and endpoints. */
    private Component copyComponent(String name, CamelContext context) throws Exception {
        Component original = running.getComponent(name, true, false);
        if (original == null) {
            return null;
        }
        Component copy;
        try {
            copy = original.getClass().getConstructor().newInstance();
        } catch (ReflectiveOperationException exception) {
            return new LentComponent(original);
        }
        copy.setCamelContext(context);
        PropertyConfigurer configurer = original.getComponentPropertyConfigurer();
        if (configurer instanceof ExtendedPropertyConfigurerGetter options) {
            for (String option : options.getAllOptions(original).keySet()) {
                Object value = options.getOptionValue(original, option, false);
                if (value != null) {
                    configurer.configure(context, copy, option, value, false);
                }
            }
        }
        return copy;
    }

    /** The application's own component, where it cannot be made anew. */
    private static final class LentComponent extends DefaultComponent {

        private final Component original;

        LentComponent(Component original) {
            this.original = original;
        }

        @Override
        public Endpoint createEndpoint(String uri, Map<String, Object> parameters) throws Exception {
            return original.createEndpoint(uri, parameters);
        }

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
                throws Exception {
            return original.createEndpoint(uri, parameters);
        }
    }
}
