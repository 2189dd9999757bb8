package dev.journey.grpc;

import io.grpc.BindableService;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.apache.camel.component.grpc.GrpcComponent;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.spi.CamelContextCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.thread.Threading;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Gives every {@code grpc} endpoint a server with health, reflection, limits and a graceful stop, a channel that
 * reconnects, a deadline on the way out and right statuses on the way back.
 *
 * <p>The two interceptors are found as beans by the endpoints, whose {@code autoDiscoverClientInterceptors} and
 * {@code autoDiscoverServerInterceptors} are on by default. A bean of the same type replaces the one here.
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@ConditionalOnClass(GrpcComponent.class)
@EnableConfigurationProperties(GrpcProperties.class)
public class GrpcAutoConfiguration {

    @Bean
    GrpcTls grpcTls(GrpcProperties properties, SslBundles bundles) {
        return new GrpcTls(properties, bundles);
    }

    @Bean
    RouteServers routeServers(
            GrpcProperties properties, GrpcTls tls, ObjectProvider<BindableService> services, Environment environment) {
        return new RouteServers(properties.getServer(), tls, services, callThreads(environment));
    }

    private static Executor callThreads(Environment environment) {
        String prefix = "grpc-server-";
        return Threading.VIRTUAL.isActive(environment)
                ? new VirtualThreadTaskExecutor(prefix)
                : Executors.newCachedThreadPool(RouteServers.daemons(prefix));
    }

    @Bean
    CamelContextCustomizer managedGrpcEndpoints(RouteServers servers, GrpcProperties properties, GrpcTls tls) {
        return camelContext -> camelContext
                .getCamelContextExtension()
                .registerEndpointCallback((uri, endpoint) ->
                        endpoint instanceof GrpcEndpoint plain && !(endpoint instanceof ManagedGrpcEndpoint)
                                ? new ManagedGrpcEndpoint(plain, servers, properties.getClient(), tls)
                                : endpoint);
    }

    @Bean
    @ConditionalOnMissingBean
    DeadlineClientInterceptor deadlineClientInterceptor(GrpcProperties properties) {
        return new DeadlineClientInterceptor(properties.getClient().getDeadline());
    }

    @Bean
    @ConditionalOnMissingBean
    StatusServerInterceptor statusServerInterceptor() {
        return new StatusServerInterceptor();
    }

    @Bean
    @ConditionalOnMissingBean
    GrpcStatus grpcStatus() {
        return new GrpcStatus();
    }
}
