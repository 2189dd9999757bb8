package dev.journey.gateway;

import static org.springframework.web.servlet.function.RequestPredicates.path;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.converter.ResourceHttpMessageConverter;
import org.springframework.http.converter.ResourceRegionHttpMessageConverter;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.webjars.WebJarVersionLocator;

/** The page for people, in files. They are for GET alone; any other request is the routes' to answer. */
@Configuration(proxyBeanMethods = false)
class Page {

    private static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";
    private static final Set<String> READING = Set.of(HttpMethod.GET.name(), HttpMethod.HEAD.name());

    /** Comes before the routes: one of them takes whatever no other does. */
    @Bean
    RouterFunctionMapping pageMapping() {
        RouterFunctionMapping mapping = new RouterFunctionMapping(files()) {
            // It would take all headers of every checkout apart to ask its functions.
            @Override
            protected Object getHandlerInternal(HttpServletRequest request) throws Exception {
                return READING.contains(request.getMethod()) ? super.getHandlerInternal(request) : null;
            }
        };
        mapping.setMessageConverters(
                List.of(new ResourceHttpMessageConverter(), new ResourceRegionHttpMessageConverter()));
        mapping.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return mapping;
    }

    private static RouterFunction<ServerResponse> files() {
        BiConsumer<Resource, HttpHeaders> headers = (resource, to) -> {
            to.set(
                    CONTENT_SECURITY_POLICY,
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            to.set("X-Content-Type-Options", "nosniff");
            to.set("Referrer-Policy", "no-referrer");
            to.setCacheControl(CacheControl.noCache());
            if (String.valueOf(resource.getFilename()).endsWith(".yaml")) {
                // Spring does not know it by its name (RFC 9512).
                to.setContentType(MediaType.APPLICATION_YAML);
            }
        };
        return RouterFunctions.route()
                .add(RouterFunctions.resource(path("/"), new ClassPathResource("page/index.html"), headers))
                .add(RouterFunctions.resources("/page/swagger-ui/**", swaggerUi(), headers))
                .add(RouterFunctions.resources("/page/**", new ClassPathResource("page/"), headers))
                .build();
    }

    // Its folder has its version in the name.
    private static Resource swaggerUi() {
        String script = new WebJarVersionLocator().fullPath("swagger-ui", "swagger-ui-bundle.js");
        return new ClassPathResource(script.substring(0, script.lastIndexOf('/') + 1));
    }
}
