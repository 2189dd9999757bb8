package dev.journey.reload;

import java.util.List;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.CamelRequestHandlerMapping;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

/**
 * Makes a path whose route has gone one that is not there: Camel leaves its mapping behind, and answers 500. The mapping
 * of a route that has the path now replaced the former when it began, so that there was one all the time.
 */
final class PlatformHttpMappings implements ConsumerReplacement {

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
