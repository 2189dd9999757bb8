package dev.journey.test;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives a test the one {@link Journey} of the run, which the first test that asks for it starts. */
final class JourneyExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(JourneyExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Journey.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Running.class, key -> Running.start(), Running.class)
                .journey();
    }

    /** Ends the processes with the run, and remembers a start that failed, so that it is tried and told once only. */
    private record Running(Journey started, AtomicReference<Throwable> failure)
            implements ExtensionContext.Store.CloseableResource {

        static Running start() {
            try {
                return new Running(Journey.start(), new AtomicReference<>());
            } catch (Exception | AssertionError failure) {
                return new Running(null, new AtomicReference<>(failure));
            }
        }

        Journey journey() {
            if (started == null) {
                throw new ParameterResolutionException(
                        "the journey does not start; the first test that failed and target/logs tell why",
                        failure.getAndSet(null));
            }
            return started;
        }

        @Override
        public void close() {
            if (started != null) {
                started.close();
            }
        }
    }
}
