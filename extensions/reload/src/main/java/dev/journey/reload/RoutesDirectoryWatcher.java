package dev.journey.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;

/** Watches a folder and its sub-folders, and reloads when nothing has changed there any more for a moment. */
public class RoutesDirectoryWatcher implements AutoCloseable, ApplicationListener<ContextClosedEvent>, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(RoutesDirectoryWatcher.class);
    // An editor may empty a file and then fill it.
    private static final long QUIET_MILLIS = 200;
    private static final long IDLE_MILLIS = 1000;
    private static final long CLOSE_MILLIS = 10_000;

    private final Path directory;
    private final Runnable reload;
    private final WatchService watches;
    private final Thread thread = new Thread(this::watch, "routes-watch");
    private WatchKey root;

    /** @throws IOException if the folder cannot be watched */
    public RoutesDirectoryWatcher(Path directory, Runnable reload) throws IOException {
        this.directory = directory;
        this.reload = reload;
        this.watches = directory.getFileSystem().newWatchService();
        register();
        thread.setDaemon(true);
    }

    /** Reloads once, for what was saved since the routes were read, and then whenever something is saved. */
    @EventListener(ApplicationReadyEvent.class)
    public void start() {
        thread.start();
    }

    private void watch() {
        try {
            reloadSafely();
            while (true) {
                WatchKey key = watches.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (key != null || !root.isValid() && Files.isDirectory(directory)) {
                    settle(key);
                    reloadSafely();
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException closed) {
            LOG.debug("No longer watching {}", directory);
        }
    }

    private void settle(WatchKey first) throws InterruptedException {
        for (WatchKey key = first; key != null; key = watches.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS)) {
            key.pollEvents();
            key.reset();
            register();
        }
    }

    // Again with each change, for the folders that are new; those that are watched already stay so.
    private void register() {
        try (Stream<Path> paths = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            for (Path folder : (Iterable<Path>) paths.filter(Files::isDirectory)::iterator) {
                WatchKey key = folder.register(
                        watches,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
                if (folder.equals(directory)) {
                    root = key;
                }
            }
        } catch (IOException | UncheckedIOException exception) {
            LOG.debug("A folder went away while {} was read", directory, exception);
        }
    }

    private void reloadSafely() {
        try {
            reload.run();
        } catch (RuntimeException | LinkageError exception) {
            LOG.error("The routes could not be reloaded, nor the last good ones be restored; save again", exception);
        }
    }

    /** No reload while the context stops. */
    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        try {
            close();
        } catch (IOException exception) {
            LOG.debug("The watch on {} does not end", directory, exception);
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        watches.close();
        thread.join(CLOSE_MILLIS);
    }
}
