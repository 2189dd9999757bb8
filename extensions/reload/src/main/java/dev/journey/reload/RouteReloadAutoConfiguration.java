package dev.journey.reload;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.component.platform.http.springboot.CamelRequestHandlerMapping;
import org.apache.camel.main.RoutesCollector;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.spring.boot.CamelConfigurationProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Runs the routes of {@code journey.routes-directory}, and runs them anew when something is saved there. */
@AutoConfiguration(before = CamelAutoConfiguration.class)
@ConditionalOnProperty(name = "journey.reload.enabled", matchIfMissing = true)
@ConditionalOnExpression("!'${journey.routes-directory:}'.isBlank()")
@EnableConfigurationProperties(RouteReloadProperties.class)
public class RouteReloadAutoConfiguration {

    @Bean
    RouteReload routeReload(RouteReloadProperties properties, ObjectProvider<ConsumerReplacement> replacements) {
        return new RouteReload(
                Path.of(properties.getRoutesDirectory()), replacements.stream().toList());
    }

    @Bean
    RoutesCollector routesCollector(
            ApplicationContext context, CamelConfigurationProperties camel, RouteReload reload) {
        return new DirectoryRoutesCollector(context, camel.getMain().isIncludeNonSingletons(), reload);
    }

    @Bean
    RoutesDirectoryWatcher routesDirectoryWatcher(RouteReload reload) throws IOException {
        return new RoutesDirectoryWatcher(reload.getDirectory(), reload::reload);
    }

    /** With Spring MVC's {@code platform-http}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(CamelRequestHandlerMapping.class)
    static class PlatformHttpConfiguration {

        @Bean
        PlatformHttpMappings platformHttpMappings(ObjectProvider<CamelRequestHandlerMapping> mappings) {
            return new PlatformHttpMappings(mappings);
        }
    }

    /** With actuator. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class HealthConfiguration {

        @Bean
        RoutesHealthIndicator routesHealthIndicator(RouteReload reload) {
            return new RoutesHealthIndicator(reload);
        }
    }

    /** With Camel's dev console. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.apache.camel.impl.console.DefaultDevConsoleRegistry")
    static class DevConsoleConfiguration {

        @Bean("reload")
        SavedFilesDevConsole savedFilesDevConsole(RouteReload reload) {
            return new SavedFilesDevConsole(reload);
        }
    }
}
