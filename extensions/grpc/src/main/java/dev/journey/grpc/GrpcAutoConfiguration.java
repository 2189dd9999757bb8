package dev.journey.grpc;

import org.apache.camel.component.grpc.GrpcComponent;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Gives every {@code grpc} endpoint a deadline on the way out and right statuses on the way back.
 *
 * <p>The two interceptors are found as beans by the endpoints, whose {@code autoDiscoverClientInterceptors} and
 * {@code autoDiscoverServerInterceptors} are on by default. A bean of the same type replaces the one here.
 */
@AutoConfiguration
@ConditionalOnClass(GrpcComponent.class)
@EnableConfigurationProperties(GrpcProperties.class)
public class GrpcAutoConfiguration {

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
