package dev.journey.reload;

import dev.journey.reload.RehearsedJavaLoader.Compilation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.model.ModelCamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the routes that run in step with the route files of a folder. Files that are not well change nothing: the last
 * good ones go on, and the {@link #getState() state} says why.
 */
public class RouteReload implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);

    private final Path directory;
    private final PlaceholderFiles placeholders = new PlaceholderFiles();
    private final RouteSwap swap;
    private RouteRehearsal rehearsal;
    private RehearsedRoutes running;
    private volatile State state = State.running();

    RouteReload(Path directory, List<ConsumerReplacement> replacements) {
        this.directory = directory.toAbsolutePath().normalize();
        this.swap = new RouteSwap(placeholders, replacements);
        this.running = RehearsedRoutes.none(this.directory);
    }

    public Path getDirectory() {
        return directory;
    }

    public State getState() {
        return state;
    }

    /**
     * The routes to start the context with.
     *
     * @throws RoutesRefusedException if the files are not well
     */
    synchronized Collection<RoutesBuilder> begin(ModelCamelContext context) throws Exception {
        context.getPropertiesComponent().addPropertiesSource(placeholders);
        AtomicReference<Compilation> compiled = new AtomicReference<>();
        rehearsal = new RouteRehearsal(context, placeholders, compiled);
        running = rehearsal.rehearse(RouteFiles.read(directory), running, id -> false);
        RouteRehearsal.shareCompiled(context, context.getRegistry(), compiled);
        context.getManagementStrategy().addEventNotifier(new StartFailureLog(running.files()));
        return swap.begin(context, running);
    }

    /** Reads the folder, and has what is in it run if it is well. */
    public synchronized void reload() {
        long start = System.nanoTime();
        try {
            RouteFiles files = RouteFiles.read(directory);
            if (!files.equals(running.files()) || !state.isServing()) {
                RehearsedRoutes next = rehearsal.rehearse(files, running, swap::isForeign);
                run(next);
                LOG.info("The saved routes run now ({} ms)", (System.nanoTime() - start) / 1_000_000);
            } else if (state.isRefused()) {
                LOG.info("The saved routes are again those that run");
            }
            state = State.running();
        } catch (RoutesRefusedException refused) {
            boolean serving = refused.getSuppressed().length == 0 && state.isServing();
            if (serving) {
                LOG.warn("The saved routes are refused: {}. The last good ones go on serving", refused.getMessage());
            } else {
                LOG.error(
                        "The saved routes are refused: {}. Not all of the last good ones serve", refused.getMessage());
            }
            LOG.debug("Why they are refused", refused);
            state = new State(refused, serving, Instant.now());
        }
    }

    private void run(RehearsedRoutes next) {
        try {
            swap.swap(running, next, state.isServing() ? next.changesFrom(running) : null, !state.isServing());
            running = next;
        } catch (RoutesRefusedException refused) {
            try {
                swap.swap(next, running, null, true);
            } catch (RoutesRefusedException failure) {
                refused.addSuppressed(failure);
            }
            throw refused;
        }
    }

    @Override
    public void close() {
        swap.close();
    }

    /**
     * Whether the files on disk are what runs.
     *
     * @param refused why they are not, or null
     * @param isServing whether all routes of the last good files run
     */
    public record State(RoutesRefusedException refused, boolean isServing, Instant since) {

        static State running() {
            return new State(null, true, Instant.now());
        }

        public boolean isRefused() {
            return refused != null;
        }

        /** To show: {@code state}, {@code since}, and of refused files {@code file}, {@code line} and {@code reason}. */
        public Map<String, Object> toDetails() {
            Map<String, Object> details = new TreeMap<>();
            details.put("state", isRefused() ? "refused" : "running");
            details.put("since", since.toString());
            if (isRefused()) {
                details.put("file", refused.getFile().toString());
                details.put("reason", refused.getReason());
                if (refused.getLine() != RoutesRefusedException.UNKNOWN_LINE) {
                    details.put("line", refused.getLine());
                }
            }
            return details;
        }
    }
}
