package dev.journey.reload;

import java.util.List;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.CamelRequestHandlerMapping;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

/** Makes a path whose route has gone one that is not there: Camel leaves its mapping behind, and answers 500. */
final class PlatformHttpMappings implements StoppingConsumerListener {

    private final ObjectProvider<CamelRequestHandlerMapping> mappings;

    PlatformHttpMappings(ObjectProvider<CamelRequestHandlerMapping> mappings) {
        this.mappings = mappings;
    }

    @Override
    public void stopping(Consumer consumer) {
        mappings.forEach(known -> unregister(known, consumer));
    }

    private static void unregister(CamelRequestHandlerMapping mappings, Consumer consumer) {
        for (Map.Entry<RequestMappingInfo, HandlerMethod> mapping :
                List.copyOf(mappings.getHandlerMethods().entrySet())) {
            if (mapping.getValue().getBean() instanceof PlatformHttpConsumer mapped
                    && mapped.getEndpoint() == consumer.getEndpoint()) {
                mappings.unregisterMapping(mapping.getKey());
            }
        }
    }
}
