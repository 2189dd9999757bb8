package dev.journey.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.semconv.SchemaUrls;
import io.opentelemetry.semconv.ServiceAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.springrabbit.SpringRabbitMQEndpoint;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.apache.camel.opentelemetry2.starter.OpenTelemetry2AutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Puts the OpenTelemetry SDK and Camel's OpenTelemetry component with the semantic conventions into a Camel Spring Boot
 * application. The SDK is configured by the standard {@code OTEL_*} environment variables, and below them by
 * {@code otel.*} properties of the application.
 */
@AutoConfiguration(before = OpenTelemetry2AutoConfiguration.class)
@ConditionalOnProperty(value = "camel.opentelemetry2.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TracingProperties.class)
public class TracingAutoConfiguration {

    static final String SCOPE = "dev.journey.tracing";

    /**
     * The SDK; it sends spans by OTLP over HTTP and reads and writes W3C Trace Context. Beans that are an
     * {@link AutoConfigurationCustomizerProvider} take part.
     */
    @Bean
    @ConditionalOnMissingBean
    OpenTelemetry openTelemetry(
            Environment environment, ObjectProvider<AutoConfigurationCustomizerProvider> customizers) {
        AtomicReference<MeterProvider> meterProvider = new AtomicReference<>(MeterProvider.noop());
        AutoConfiguredOpenTelemetrySdkBuilder builder = AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> defaults(environment))
                .addResourceCustomizer((resource, properties) -> resource.merge(serviceOf(resource, environment)))
                .disableShutdownHook();
        new OtlpSpanProcessorCustomizer(meterProvider::get).customize(builder);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        OpenTelemetry openTelemetry = builder.build().getOpenTelemetrySdk();
        meterProvider.set(openTelemetry.getMeterProvider());
        return openTelemetry;
    }

    @Bean
    @ConditionalOnMissingBean
    Tracer tracer(OpenTelemetry openTelemetry) {
        return openTelemetry
                .tracerBuilder(SCOPE)
                .setSchemaUrl(SchemaUrls.V1_40_0)
                .build();
    }

    @Bean
    @ConditionalOnMissingBean
    ContextPropagators contextPropagators(OpenTelemetry openTelemetry) {
        return openTelemetry.getPropagators();
    }

    /** Camel's tracer; its lifecycle is the Camel context's. */
    @Bean(initMethod = "", destroyMethod = "")
    @ConditionalOnMissingBean(OpenTelemetryTracer.class)
    OpenTelemetryTracer openTelemetryTracer(
            CamelContext camelContext,
            Tracer tracer,
            ContextPropagators propagators,
            ObjectProvider<EndpointConventions> conventions,
            TracingProperties properties,
            @Value("${camel.opentelemetry2.trace-processors:false}") boolean traceProcessors) {
        SemanticConventionsTracer camelTracer = new SemanticConventionsTracer(
                tracer,
                propagators.getTextMapPropagator(),
                conventions.orderedStream().toList(),
                properties.exceptionMessages());
        camelTracer.setExcludePatterns(String.join(",", properties.excludePatterns()));
        camelTracer.setTraceProcessors(traceProcessors);
        camelTracer.init(camelContext);
        return camelTracer;
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(PlatformHttpEndpoint.class)
    static class PlatformHttpTracing {

        @Bean
        EndpointConventions platformHttpConventions() {
            return new PlatformHttpConventions();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(GrpcEndpoint.class)
    static class GrpcTracing {

        @Bean
        EndpointConventions grpcConventions() {
            return new GrpcConventions();
        }

        @Bean
        GrpcServerTraceInterceptor grpcServerTraceInterceptor() {
            return new GrpcServerTraceInterceptor();
        }

        @Bean
        GrpcClientTraceInterceptor grpcClientTraceInterceptor(ContextPropagators propagators) {
            return new GrpcClientTraceInterceptor(propagators.getTextMapPropagator());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SpringRabbitMQEndpoint.class)
    static class SpringRabbitMQTracing {

        @Bean
        EndpointConventions springRabbitMQConventions() {
            return new SpringRabbitMQConventions();
        }
    }

    private static Map<String, String> defaults(Environment environment) {
        Map<String, String> defaults = new HashMap<>(Map.of(
                "otel.exporter.otlp.protocol", "http/protobuf",
                // A request costs as much for 512 spans, the SDK's own number, as for these. Twice as many may
                // wait while one is being sent.
                "otel.bsp.max.export.batch.size", "2048",
                "otel.bsp.max.queue.size", "4096",
                "otel.propagators", "tracecontext",
                "otel.metrics.exporter", "none",
                "otel.logs.exporter", "none"));
        Binder.get(environment)
                .bind("otel", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of())
                .forEach((name, value) -> defaults.put("otel." + name, value));
        return defaults;
    }

    // The service as Spring Boot knows it, where OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say nothing.
    private static Resource serviceOf(Resource resource, Environment environment) {
        AttributesBuilder service = Resource.empty().getAttributes().toBuilder();
        String name = resource.getAttribute(ServiceAttributes.SERVICE_NAME);
        String applicationName = environment.getProperty("spring.application.name");
        if ((name == null || name.startsWith("unknown_service")) && applicationName != null) {
            service.put(ServiceAttributes.SERVICE_NAME, applicationName);
        }
        String version = environment.getProperty("spring.application.version");
        if (resource.getAttribute(ServiceAttributes.SERVICE_VERSION) == null && version != null) {
            service.put(ServiceAttributes.SERVICE_VERSION, version);
        }
        if (resource.getAttribute(ServiceAttributes.SERVICE_INSTANCE_ID) == null) {
            service.put(ServiceAttributes.SERVICE_INSTANCE_ID, UUID.randomUUID().toString());
        }
        return Resource.create(service.build());
    }
}
