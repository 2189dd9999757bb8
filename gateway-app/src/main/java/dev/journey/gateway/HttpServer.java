package dev.journey.gateway;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.apache.catalina.valves.SemaphoreValve;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;

/** How the server runs requests: each on one thread from its first byte to the last, and so many at once. */
@Configuration(proxyBeanMethods = false)
class HttpServer {

    /**
     * Runs a route on the server's thread. Camel has it run on another one, where a body that breaks off ends the
     * request without an answer.
     */
    @Bean("platform-http-engine")
    PlatformHttpEngine platformHttpEngine(@Value("${server.port}") int port) {
        return new SpringBootPlatformHttpEngine(port) {
            @Override
            public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
                return new SynchronousConsumer(endpoint, processor);
            }
        };
    }

    /** Refuses what is over the limit at once: it would only wait. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> inFlightLimit(
            @Value("${http.max-in-flight}") int maxInFlight) {
        return factory -> {
            SemaphoreValve valve = new SemaphoreValve();
            valve.setConcurrency(maxInFlight);
            valve.setBlock(false);
            valve.setHighConcurrencyStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
            factory.addContextValves(valve);
        };
    }

    private static final class SynchronousConsumer extends SpringBootPlatformHttpConsumer {

        SynchronousConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
            super(endpoint, processor, Runnable::run);
        }

        /** Serves the request before it returns; Spring takes null for that. */
        @Override
        public CompletableFuture<Void> service(HttpServletRequest request, HttpServletResponse response) {
            super.service(request, response);
            return null;
        }
    }
}
