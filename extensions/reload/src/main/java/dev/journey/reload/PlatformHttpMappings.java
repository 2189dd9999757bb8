package dev.journey.reload;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.CamelRequestHandlerMapping;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

/**
 * Makes a path whose route has gone one that is not there: Camel leaves its mapping behind, and answers 500. And stands
 * before Camel's mappings, so that no request looks for its route between the end of one mapping and the beginning of the
 * one that replaces it.
 */
final class PlatformHttpMappings implements ConsumerReplacement, HandlerMapping, Ordered {

    // Camel's is one later.
    private static final int ORDER = -2;

    private final ReadWriteLock lookups = new ReentrantReadWriteLock();

    private final ObjectProvider<CamelRequestHandlerMapping> mappings;

    PlatformHttpMappings(ObjectProvider<CamelRequestHandlerMapping> mappings) {
        this.mappings = mappings;
    }

    @Override
    public void stopping(Consumer consumer) {
        mappings.forEach(known -> unregister(known, consumer));
    }

    @Override
    public boolean canOverlap(Endpoint endpoint) {
        return endpoint instanceof PlatformHttpEndpoint;
    }

    @Override
    public <T> T whileNoneIsFound(Callable<T> replacement) throws Exception {
        lookups.writeLock().lock();
        try {
            return replacement.call();
        } finally {
            lookups.writeLock().unlock();
        }
    }

    @Override
    public HandlerExecutionChain getHandler(HttpServletRequest request) throws Exception {
        lookups.readLock().lock();
        try {
            for (CamelRequestHandlerMapping known : mappings) {
                HandlerExecutionChain handler = known.getHandler(request);
                if (handler != null) {
                    return handler;
                }
            }
            return null;
        } finally {
            lookups.readLock().unlock();
        }
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    private static void unregister(CamelRequestHandlerMapping mappings, Consumer consumer) {
        for (Map.Entry<RequestMappingInfo, HandlerMethod> mapping :
                List.copyOf(mappings.getHandlerMethods().entrySet())) {
            if (mapping.getValue().getBean() instanceof PlatformHttpConsumer mapped) {
                if (mapped.getEndpoint() == consumer.getEndpoint()) {
                    mappings.unregisterMapping(mapping.getKey());
                } else if (consumer instanceof DefaultPlatformHttpConsumer stopping
                        && mapped.getEndpoint()
                                .getPath()
                                .equals(stopping.getEndpoint().getPath())) {
                    // Or it would strike the path, which is the other's now, from the component's list.
                    stopping.setRegister(false);
                }
            }
        }
    }
}
