package dev.journey.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps account of every scope: where it was opened, where it was closed, and whether in order. */
final class ContextLedger implements ContextStorage {

    static final List<String> FAULTS = new CopyOnWriteArrayList<>();
    static final Set<Scope> OPEN = ConcurrentHashMap.newKeySet();

    private final ContextStorage storage;

    private ContextLedger(ContextStorage storage) {
        this.storage = storage;
    }

    /** To be called before anything uses a context. */
    static void install() {
        ContextStorage.addWrapper(ContextLedger::new);
    }

    @Override
    public Scope attach(Context toAttach) {
        Scope scope = storage.attach(toAttach);
        Thread opener = Thread.currentThread();
        Scope recorded = new Scope() {
            @Override
            public void close() {
                if (Thread.currentThread() != opener) {
                    FAULTS.add("opened on " + opener + ", closed on " + Thread.currentThread());
                }
                if (storage.current() != toAttach) {
                    FAULTS.add("closed out of order on " + opener);
                }
                OPEN.remove(this);
                scope.close();
            }
        };
        OPEN.add(recorded);
        return recorded;
    }

    @Override
    public Context current() {
        return storage.current();
    }
}
