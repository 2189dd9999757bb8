package dev.journey.reload;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.Service;
import org.apache.camel.Suspendable;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.impl.engine.DefaultRouteFactory;
import org.apache.camel.impl.engine.DefaultRouteStartupOrder;
import org.apache.camel.impl.engine.RouteService;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.CamelBeanPostProcessor;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RouteFactory;
import org.apache.camel.spi.RouteStartupOrder;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.springframework.lang.Nullable;

/**
 * Exchanges the running routes. A route whose endpoint stays takes over the consumer of the one before it; the steps of
 * the one before stop when the last exchange has left them.
 */
final class RouteSwap implements RouteFactory, AutoCloseable {

    private static final long IDLE_CHECK_MILLIS = 20;
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\w[\\w.+-]*://)(?:[^/?]*(?=:\\d+(?:[/?]|$)))?([^/?]*)(?:[/?].*)?");

    private final PlaceholderFiles placeholders;
    private final List<ConsumerReplacement> replacements;
    private final RouteFactory ordinary = new DefaultRouteFactory();
    private final Map<RouteDefinition, ReloadableRoute> predecessors = new IdentityHashMap<>();
    private final Map<ReloadableRoute, RouteStartupOrder> lingering = new IdentityHashMap<>();
    private final ScheduledExecutorService departures = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "route-departures");
        thread.setDaemon(true);
        return thread;
    });
    private ModelCamelContext context;
    private Model model;
    private List<RouteBuilder> sharing = List.of();

    RouteSwap(PlaceholderFiles placeholders, List<ConsumerReplacement> replacements) {
        this.placeholders = placeholders;
        this.replacements = replacements;
    }

    /** The first routes of a context that has yet to start. */
    Collection<RoutesBuilder> begin(ModelCamelContext starting, RehearsedRoutes routes) throws Exception {
        context = starting;
        model = context.getCamelContextExtension().getContextPlugin(Model.class);
        context.getCamelContextExtension().addContextPlugin(RouteFactory.class, this);
        placeholders.run(routes.properties());
        Collection<RoutesBuilder> builders = PluginHelper.getRoutesLoader(context)
                .findRoutesBuilders(List.copyOf(routes.files().routes()));
        sharing = builders.stream().map(RouteBuilder.class::cast).toList();
        return builders;
    }

    boolean isForeign(String id) {
        Route route = context == null ? null : context.getRoute(id);
        return route != null && !(route instanceof ReloadableRoute);
    }

    @Override
    public Route createRoute(
            CamelContext camelContext,
            NamedNode definition,
            String id,
            String description,
            String note,
            Endpoint endpoint,
            Resource resource) {
        if (resource instanceof RouteFile file) {
            return new ReloadableRoute(
                    camelContext, definition, id, description, note, endpoint, file, predecessors.get(definition));
        }
        return ordinary.createRoute(camelContext, definition, id, description, note, endpoint, resource);
    }

    /**
     * @param changed the files whose routes are exchanged, or null for everything
     * @param restoring whether what runs is of no use, so that all of it may stop before anything starts
     * @throws RoutesRefusedException if a route does not start; then some routes are the former and some the next ones
     */
    synchronized void swap(
            RehearsedRoutes former, RehearsedRoutes next, @Nullable Set<Path> changed, boolean restoring) {
        RefusalReason reason = new RefusalReason(context, next.files());
        endLingering();
        try {
            placeholders.run(next.properties());
            if (changed == null) {
                forgetShared();
            }
            List<RouteBuilder> builders = load(next.files().routes().stream()
                    .filter(file -> changed == null || changed.contains(file.path()))
                    .toList());
            if (changed == null) {
                sharing = builders;
            }
            List<RouteDefinition> arriving = builders.stream()
                    .flatMap(builder -> builder.getRouteCollection().getRoutes().stream())
                    .toList();
            reason.knows(arriving);
            List<ReloadableRoute> leaving = new ArrayList<>();
            for (Route route : context.getRoutes()) {
                if (route instanceof ReloadableRoute own
                        && (changed == null || changed.contains(own.file().path()))) {
                    leaving.add(own);
                }
            }
            exchange(arriving, leaving, restoring, reason);
            for (RouteBuilder builder : builders) {
                builder.addTemplatedRoutesToCamelContext(context);
            }
            former.beans().stream().filter(name -> !next.beans().contains(name)).forEach(context.getRegistry()::unbind);
        } catch (RoutesRefusedException refused) {
            throw refused;
        } catch (Exception | LinkageError failure) {
            throw reason.of(failure, (Path) null);
        }
    }

    private void forgetShared() throws Exception {
        if (sharing.stream().anyMatch(builder -> !builder.getTemplatedRouteCollection()
                .getTemplatedRoutes()
                .isEmpty())) {
            context.getRoutes().stream()
                    .filter(Route::isCreatedByRouteTemplate)
                    .map(Route::getConsumer)
                    .forEach(this::stopping);
            model.removeRouteDefinitions(model.getRouteDefinitions().stream()
                    .filter(route -> Boolean.TRUE.equals(route.isTemplate()))
                    .toList());
        }
        for (RouteBuilder builder : sharing) {
            if (builder instanceof RouteConfigurationBuilder configuration) {
                model.getRouteConfigurationDefinitions()
                        .removeAll(
                                configuration.getRouteConfigurationCollection().getRouteConfigurations());
            }
            model.getRestDefinitions().removeAll(builder.getRestCollection().getRests());
            model.removeRouteTemplateDefinitions(
                    List.copyOf(builder.getRouteTemplateCollection().getRouteTemplates()));
        }
        // An endpoint may hold a bean or a placeholder of before.
        Set<Endpoint> kept =
                context.getRoutes().stream().map(Route::getEndpoint).collect(Collectors.toSet());
        Map<?, Endpoint> endpoints = context.getEndpointRegistry();
        for (Map.Entry<?, Endpoint> endpoint : List.copyOf(endpoints.entrySet())) {
            if (!kept.contains(endpoint.getValue())) {
                endpoints.remove(endpoint.getKey());
            }
        }
    }

    private List<RouteBuilder> load(List<RouteFile> files) throws Exception {
        List<RouteBuilder> builders = new ArrayList<>();
        for (RoutesBuilder builder : PluginHelper.getRoutesLoader(context).findRoutesBuilders(List.copyOf(files))) {
            builders.add(process(context, (RouteBuilder) builder));
        }
        for (RouteBuilder builder : builders) {
            if (builder instanceof RouteConfigurationsBuilder configurations) {
                configurations.addRouteConfigurationsToCamelContext(context);
            }
        }
        for (RouteBuilder builder : builders) {
            builder.prepareModel(context);
        }
        return builders;
    }

    /** Injects what a builder asks for by annotations, as Camel does with those of the application. */
    static RouteBuilder process(CamelContext context, RouteBuilder builder) throws Exception {
        CamelBeanPostProcessor processor = PluginHelper.getBeanPostProcessor(context);
        String name = builder.getClass().getName();
        processor.postProcessBeforeInitialization(builder, name);
        processor.postProcessAfterInitialization(builder, name);
        return builder;
    }

    private void exchange(
            List<RouteDefinition> arriving, List<ReloadableRoute> leaving, boolean restoring, RefusalReason reason)
            throws Exception {
        Map<RouteDefinition, ReloadableRoute> successions = new IdentityHashMap<>();
        Set<ReloadableRoute> departing = new LinkedHashSet<>(leaving);
        for (RouteDefinition definition : arriving) {
            Endpoint endpoint = context.hasEndpoint(uri(definition));
            departing.stream()
                    .filter(route -> endpoint != null && endpoint.equals(route.getEndpoint()))
                    .filter(route -> isServing(route) && !isStartedByHand(definition))
                    .findFirst()
                    .ifPresent(route -> {
                        departing.remove(route);
                        successions.put(definition, route);
                    });
        }
        List<RouteDefinition> additions = arriving.stream()
                .filter(route -> !successions.containsKey(route))
                .toList();
        Set<String> wanted = new LinkedHashSet<>();
        for (RouteDefinition addition : additions) {
            wanted.add(address(uri(addition)));
        }
        Map<ReloadableRoute, RouteStartupOrder> yielding = new IdentityHashMap<>();
        for (ReloadableRoute route : List.copyOf(departing)) {
            if (restoring
                    || wanted.contains(address(route.getEndpoint().getEndpointUri()))
                            && replacements.stream().noneMatch(known -> known.canOverlap(route.getEndpoint()))) {
                if (!restoring && isServing(route) && canSuspend(route)) {
                    yielding.put(route, detach(route));
                } else {
                    depart(route);
                }
                departing.remove(route);
            }
        }
        // First what may fail to start, while all else runs as before.
        try {
            yielding.keySet().forEach(route -> ServiceHelper.suspendService(route.getConsumer()));
            for (RouteDefinition addition : additions) {
                ReloadableRoute namesake = departing.stream()
                        .filter(route -> route.getRouteId().equals(addition.getRouteId()))
                        .findFirst()
                        .orElse(null);
                start(addition, namesake, false, reason);
                if (namesake != null) {
                    departing.remove(namesake);
                }
            }
        } catch (RoutesRefusedException refused) {
            yielding.forEach(this::attach);
            yielding.keySet().forEach(route -> ServiceHelper.resumeService(route.getConsumer()));
            throw refused;
        }
        yielding.forEach((route, order) -> {
            stopConsumer(route);
            dismiss(route, order);
        });
        for (Map.Entry<RouteDefinition, ReloadableRoute> succession : successions.entrySet()) {
            start(succession.getKey(), succession.getValue(), true, reason);
        }
        for (ReloadableRoute route : departing) {
            if (route.getEndpoint().isRemote() || !isServing(route)) {
                depart(route);
            } else {
                lingering.put(route, detach(route));
            }
        }
        if (!lingering.isEmpty()) {
            leaving.removeAll(lingering.keySet());
            whenIdle(leaving, patience(), this::endLingering);
        }
    }

    // What only other routes call, such as direct, stays for the exchanges that are under way on those.
    private synchronized void endLingering() {
        lingering.forEach((route, order) -> {
            stopConsumer(route);
            dismiss(route, order);
        });
        lingering.clear();
    }

    /** @param former the route that this one replaces, or null */
    private void start(RouteDefinition definition, ReloadableRoute former, boolean takeOver, RefusalReason reason)
            throws Exception {
        RouteStartupOrder order = former == null ? null : detach(former);
        if (takeOver) {
            predecessors.put(definition, former);
        }
        model.getRouteDefinitions().add(definition);
        try {
            startConsumer(definition);
        } catch (Exception | LinkageError failure) {
            abandon(definition, takeOver);
            if (former != null) {
                attach(former, order);
            }
            throw reason.of(failure, definition);
        } finally {
            predecessors.remove(definition);
        }
        if (former != null && !takeOver) {
            stopConsumer(former);
        }
        if (former != null) {
            dismiss(former, order);
        }
    }

    private void startConsumer(RouteDefinition definition) throws Exception {
        Endpoint endpoint = context.getEndpoint(uri(definition));
        Callable<Void> start = () -> {
            context.startRouteDefinitions(List.of(definition));
            return null;
        };
        for (ConsumerReplacement known : replacements) {
            if (known.canOverlap(endpoint)) {
                known.whileNoneIsFound(start);
                return;
            }
        }
        start.call();
    }

    private void abandon(RouteDefinition definition, boolean tookOver) throws Exception {
        model.getRouteDefinitions().remove(definition);
        Route route = context.getRoute(definition.getRouteId());
        if (tookOver) {
            // Its consumer is still the former route's.
            if (route != null) {
                extension().removeRoute(route);
                route.getServices().remove(route.getConsumer());
                ServiceHelper.stopAndShutdownServices(route.getServices());
            }
        } else {
            context.getRouteController().stopRoute(definition.getRouteId());
            context.removeRoute(definition.getRouteId());
        }
    }

    private void depart(ReloadableRoute route) throws Exception {
        RouteStartupOrder order = startupOrder(route);
        if (order == null) {
            model.getRouteDefinitions().remove(route.getRoute());
            context.getRouteController().stopRoute(route.getRouteId());
            context.removeRoute(route.getRouteId());
            return;
        }
        detach(route);
        stopConsumer(route);
        dismiss(route, order);
    }

    private void stopping(Consumer consumer) {
        replacements.forEach(known -> known.stopping(consumer));
    }

    private void stopConsumer(ReloadableRoute route) {
        Consumer consumer = route.getConsumer();
        if (consumer != null) {
            stopping(consumer);
            route.getServices().remove(consumer);
            ServiceHelper.stopAndShutdownService(consumer);
        }
    }

    /** Takes a route out of Camel's books while it goes on serving, so that another one can have its place. */
    @Nullable
    private RouteStartupOrder detach(ReloadableRoute route) {
        RouteStartupOrder order = startupOrder(route);
        for (LifecycleStrategy strategy : context.getLifecycleStrategies()) {
            for (Service service : List.copyOf(route.getServices())) {
                strategy.onServiceRemove(context, service, route, true);
            }
            strategy.onRoutesRemove(List.of(route));
        }
        extension().getRouteStartupOrder().remove(order);
        extension().removeRoute(route);
        model.getRouteDefinitions().remove(route.getRoute());
        return order;
    }

    private void attach(ReloadableRoute route, @Nullable RouteStartupOrder order) {
        model.getRouteDefinitions().add((RouteDefinition) route.getRoute());
        extension().addRoute(route);
        if (order != null) {
            extension().getRouteStartupOrder().add(order);
        }
    }

    /** Stops a route when nothing is under way on it any more, at the latest when Camel would not wait longer either. */
    private void dismiss(ReloadableRoute route, @Nullable RouteStartupOrder order) {
        if (order instanceof DefaultRouteStartupOrder startup) {
            whenIdle(List.of(route), patience(), () -> remove(route, startup.getRouteService()));
        }
    }

    private long patience() {
        ShutdownStrategy shutdown = context.getShutdownStrategy();
        return System.nanoTime() + shutdown.getTimeUnit().toNanos(shutdown.getTimeout());
    }

    private void whenIdle(Collection<ReloadableRoute> routes, long deadline, Runnable then) {
        departures.schedule(
                () -> {
                    if (routes.stream().allMatch(ReloadableRoute::isIdle) || System.nanoTime() - deadline > 0) {
                        then.run();
                    } else {
                        whenIdle(routes, deadline, then);
                    }
                },
                IDLE_CHECK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private synchronized void remove(ReloadableRoute route, RouteService service) {
        route.go();
        service.stop();
        try {
            if (context.getRoute(route.getRouteId()) == null) {
                context.removeRoute(route.getRouteId());
            }
        } catch (Exception exception) {
            throw new IllegalStateException(exception);
        }
    }

    @Nullable
    private RouteStartupOrder startupOrder(ReloadableRoute route) {
        return extension().getRouteStartupOrder().stream()
                .filter(order -> order.getRoute() == route)
                .findFirst()
                .orElse(null);
    }

    private boolean isServing(ReloadableRoute route) {
        return startupOrder(route) != null
                && route.getConsumer() != null
                && route.getStatus().isStarted();
    }

    // Such a consumer keeps what it listens on while it is suspended, and lets the one that replaces it have that.
    private static boolean canSuspend(ReloadableRoute route) {
        return route.getConsumer() instanceof Suspendable;
    }

    private boolean isStartedByHand(RouteDefinition definition) {
        return definition.getAutoStartup() != null
                && "false".equalsIgnoreCase(context.resolvePropertyPlaceholders(definition.getAutoStartup()));
    }

    private String uri(RouteDefinition definition) {
        return EndpointHelper.resolveEndpointUriPropertyPlaceholders(
                context, definition.getInput().getEndpointUri());
    }

    /** What two endpoints cannot both have, such as a port: the address that is before the path, on whichever host. */
    private static String address(String uri) {
        String normalized = EndpointHelper.normalizeEndpointUri(uri);
        Matcher authority = AUTHORITY.matcher(normalized);
        return authority.matches() ? authority.group(1) + authority.group(2) : normalized.replaceFirst("\\?.*", "");
    }

    private ExtendedCamelContext extension() {
        return context.getCamelContextExtension();
    }

    @Override
    public void close() {
        departures.shutdownNow();
    }
}
