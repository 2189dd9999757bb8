package dev.journey.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryExecutorTest {

    private final DeliveryExecutor executor = new DeliveryExecutor();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void whatATaskHandsOverToItselfIsTakenUpByItsThread() throws Exception {
        CompletableFuture<Thread> first = new CompletableFuture<>();
        CompletableFuture<Thread> second = new CompletableFuture<>();

        executor.execute(new Block(() -> {
            executor.execute(new Block(() -> second.complete(Thread.currentThread())));
            first.complete(Thread.currentThread());
        }));

        assertThat(second.get(10, TimeUnit.SECONDS)).isSameAs(first.get());
        assertThat(executor.getLargestPoolSize()).isEqualTo(1);
    }

    @Test
    void whatATaskHandsOverIsDoneThoughTheTaskFails() throws Exception {
        CompletableFuture<Thread> second = new CompletableFuture<>();

        executor.execute(new Block(() -> {
            executor.execute(new Block(() -> second.complete(Thread.currentThread())));
            throw new AssertionError("The test fails it");
        }));

        assertThat(second.get(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void aTaskMayWaitForAnotherThatIsNotItsOwnRest() throws Exception {
        CompletableFuture<Boolean> done = new CompletableFuture<>();

        executor.execute(new Block(() -> {
            CompletableFuture<Boolean> other = new CompletableFuture<>();
            executor.execute(() -> other.complete(true));
            done.complete(other.completeOnTimeout(false, 10, TimeUnit.SECONDS).join());
        }));

        assertThat(done.get(20, TimeUnit.SECONDS)).isTrue();
    }

    /** As the client has one kind of task for all its deliveries. */
    private record Block(Runnable work) implements Runnable {

        @Override
        public void run() {
            work.run();
        }
    }
}
