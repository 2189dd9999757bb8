package dev.journey.console;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.CliConnectorFactory;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.spring.boot.actuate.console.CamelDevConsoleAutoConfiguration;
import org.apache.camel.support.LifecycleStrategySupport;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Camel's dev console and CLI, both only where {@code camel.main.dev-console-enabled} is on. */
@AutoConfiguration(after = CamelAutoConfiguration.class, before = CamelDevConsoleAutoConfiguration.class)
public class DevConsoleAutoConfiguration {

    /** The connector would write files into the user's home, and obey those it finds there. */
    @Bean
    @ConditionalOnProperty(name = "camel.main.dev-console-enabled", havingValue = "false", matchIfMissing = true)
    CamelContextCustomizer noCliConnector() {
        return camelContext -> {
            CliConnectorFactory connectors =
                    camelContext.getCamelContextExtension().getContextPlugin(CliConnectorFactory.class);
            if (connectors != null) {
                connectors.setEnabled(false);
            }
        };
    }

    /** Where the dev console is on. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("camel.main.dev-console-enabled")
    @EnableConfigurationProperties(DevConsoleProperties.class)
    static class Enabled {

        @Bean
        DevConsoleEndpoint devConsoleEndpoint(CamelContext camelContext, DevConsoleProperties properties) {
            return new DevConsoleEndpoint(camelContext, properties.getAllowed());
        }

        @Bean("message-history")
        MessageHistoryConsole messageHistoryConsole() {
            return new MessageHistoryConsole();
        }

        @Bean
        CamelContextCustomizer messageHistory(MessageHistoryConsole console) {
            return camelContext -> {
                camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
                    // Each route's own: the context's would have the tracer on standby copy every message at each step.
                    @Override
                    public void onRouteContextCreate(Route route) {
                        route.setMessageHistory(true);
                    }
                });
                // For the CLI, which begins and ends to trace.
                camelContext.setBacklogTracingStandby(true);
                camelContext.getInflightRepository().setInflightBrowseEnabled(true);
                camelContext.getManagementStrategy().addEventNotifier(console.listener());
            };
        }
    }
}
