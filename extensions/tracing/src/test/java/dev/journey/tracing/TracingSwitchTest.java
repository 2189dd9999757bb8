package dev.journey.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Expression;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.apache.camel.opentelemetry2.starter.OpenTelemetry2AutoConfiguration;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.telemetry.TagConstants;
import org.apache.camel.telemetry.TraceProcessorsInterceptStrategy;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class TracingSwitchTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CamelAutoConfiguration.class,
                    OpenTelemetry2AutoConfiguration.class,
                    TracingAutoConfiguration.class,
                    TraceAutoConfiguration.class))
            .withPropertyValues("otel.traces.exporter=none");

    @Test
    void tracesUnlessToldOtherwise() {
        application.run(context -> assertThat(context)
                .hasSingleBean(OpenTelemetry.class)
                .hasSingleBean(SemanticConventionsTracer.class)
                .hasSingleBean(Trace.class));
    }

    @Test
    void withoutTracingThereIsNoTracerAndWhatRoutesReferToIsThere() {
        application.withPropertyValues("camel.opentelemetry2.enabled=false").run(context -> {
            assertThat(context)
                    .hasSingleBean(CamelContext.class)
                    .hasSingleBean(ContextPropagators.class)
                    .doesNotHaveBean(OpenTelemetry.class)
                    .doesNotHaveBean(OpenTelemetryTracer.class);
            assertThat(context.getBean(Tracer.class)
                            .spanBuilder("one")
                            .startSpan()
                            .isRecording())
                    .isFalse();
            assertThat(context.getBean(Trace.class).id()).isEqualTo(TraceId.getInvalid());
            assertThat(context.getBean("traceId", Expression.class)
                            .evaluate(new DefaultExchange(context.getBean(CamelContext.class)), String.class))
                    .isEqualTo(TraceId.getInvalid());
        });
    }

    @Test
    void stepsAreInterceptedForSpansOfTheirOwnOnlyWhereTheseAreWanted() {
        application.run(context -> assertThat(interceptors(context))
                .hasAtLeastOneElementOfType(CurrentSpanInterceptStrategy.class)
                .doesNotHaveAnyElementsOfTypes(TraceProcessorsInterceptStrategy.class));
        application
                .withPropertyValues("camel.opentelemetry2.trace-processors=true")
                .run(context -> assertThat(interceptors(context))
                        .hasAtLeastOneElementOfType(CurrentSpanInterceptStrategy.class)
                        .hasAtLeastOneElementOfType(TraceProcessorsInterceptStrategy.class));
    }

    @Test
    void aStepHasASpanBetweenItsRouteAndWhatItCallsWhereThatIsWanted() {
        application
                .withUserConfiguration(InMemoryTraces.class, OneStep.class)
                .withPropertyValues(
                        "camel.opentelemetry2.trace-processors=true", "journey.tracing.exclude-patterns=direct:none")
                .run(context -> {
                    context.getBean(ProducerTemplate.class).sendBody("direct:in", "body");

                    List<SpanData> spans =
                            context.getBean(InMemorySpanExporter.class).getFinishedSpanItems();
                    assertThat(spans)
                            .extracting(SpanData::getTraceId)
                            .containsOnly(spans.get(0).getTraceId());
                    assertThat(path(spans, "log://out"))
                            .containsExactly("EVENT_SENT", "EVENT_PROCESS", "EVENT_RECEIVED", "EVENT_SENT");
                });
    }

    @Test
    void whatAnotherTracerKeepsInAnExchangeIsNoSpan() {
        application
                .withUserConfiguration(InMemoryTraces.class, OneStep.class)
                .withPropertyValues("journey.tracing.exclude-patterns=direct:*,log:*")
                .run(context -> assertThat(context.getBean(ProducerTemplate.class)
                                .send(
                                        "direct:in",
                                        exchange ->
                                                exchange.setProperty(ExchangePropertyKey.OTEL_ACTIVE_SPAN, "another's"))
                                .getException())
                        .isNull());
    }

    // What the span of this endpoint and those above it are of.
    private static List<String> path(List<SpanData> spans, String uri) {
        List<String> path = new ArrayList<>();
        SpanData span = spans.stream()
                .filter(each -> uri.equals(each.getAttributes().get(AttributeKey.stringKey("camel.uri"))))
                .findFirst()
                .orElseThrow();
        while (span != null) {
            path.add(span.getAttributes().get(AttributeKey.stringKey(TagConstants.OP)));
            String parent = span.getParentSpanId();
            span = spans.stream()
                    .filter(each -> each.getSpanId().equals(parent))
                    .findFirst()
                    .orElse(null);
        }
        return path;
    }

    @Configuration
    static class OneStep {

        @Bean
        RouteBuilder route() {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").to("log:out");
                }
            };
        }
    }

    @Test
    void anExchangeIsAnEventForTracingOnlyWhereItIsSent() {
        application.run(context -> assertThat(context.getBean(CamelContext.class)
                        .getManagementStrategy()
                        .getEventNotifiers())
                .isNotEmpty()
                .allMatch(EventNotifier::isIgnoreExchangeCreatedEvent)
                .allMatch(EventNotifier::isIgnoreExchangeCompletedEvent)
                .allMatch(EventNotifier::isIgnoreExchangeFailedEvents)
                .allMatch(EventNotifier::isIgnoreExchangeAsyncProcessingStartedEvents)
                .anyMatch(notifier -> !notifier.isIgnoreExchangeSendingEvents())
                .anyMatch(notifier -> !notifier.isIgnoreExchangeSentEvents()));
    }

    @Test
    void endpointsThatMessagesNameAreExcludedEachByItsOwnName() {
        application
                .withPropertyValues("journey.tracing.exclude-patterns=direct:*")
                .run(context -> {
                    SemanticConventionsTracer tracer = context.getBean(SemanticConventionsTracer.class);
                    CamelContext camel = context.getBean(CamelContext.class);
                    for (int time = 0; time < 2; time++) {
                        for (int index = 0; index < 2500; index++) {
                            assertThat(tracer.exclude("direct://order-" + index, camel))
                                    .isTrue();
                            assertThat(tracer.exclude("seda://order-" + index, camel))
                                    .isFalse();
                        }
                    }
                });
    }

    private static List<InterceptStrategy> interceptors(ApplicationContext context) {
        return context.getBean(CamelContext.class).getCamelContextExtension().getInterceptStrategies();
    }
}
