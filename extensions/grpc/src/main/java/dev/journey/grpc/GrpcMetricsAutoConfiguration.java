package dev.journey.grpc;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingClientInterceptor;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import org.apache.camel.component.grpc.GrpcComponent;
import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Counts and times calls, both ways, where there is a {@link MeterRegistry}. Every {@code grpc} endpoint finds these. */
@AutoConfiguration(after = CompositeMeterRegistryAutoConfiguration.class)
@ConditionalOnClass({GrpcComponent.class, MeterRegistry.class, CompositeMeterRegistryAutoConfiguration.class})
@ConditionalOnBean(MeterRegistry.class)
public class GrpcMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    MetricCollectingClientInterceptor metricCollectingClientInterceptor(MeterRegistry registry) {
        return new MetricCollectingClientInterceptor(registry);
    }

    @Bean
    @ConditionalOnMissingBean
    MetricCollectingServerInterceptor metricCollectingServerInterceptor(MeterRegistry registry) {
        return new MetricCollectingServerInterceptor(registry);
    }
}
