package dev.journey.rabbitmq;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** Runs on a thread of its own, one at a time: whoever asks for it while it runs shares what comes of it. */
final class SharedTask<T> {

    private final Supplier<T> task;
    private final Executor threads;
    private CompletableFuture<T> running = CompletableFuture.completedFuture(null);

    SharedTask(String threadNamePrefix, Supplier<T> task) {
        this.task = task;
        SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor(threadNamePrefix);
        executor.setDaemon(true);
        threads = executor;
    }

    synchronized CompletableFuture<T> run() {
        if (running.isDone()) {
            running = CompletableFuture.supplyAsync(task, threads);
        }
        return running;
    }
}
