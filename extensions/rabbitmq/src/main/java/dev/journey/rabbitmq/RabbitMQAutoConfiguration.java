package dev.journey.rabbitmq;

import dev.journey.rabbitmq.RabbitMQProperties.Binding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.apache.camel.component.springrabbit.DefaultListenerContainerFactory;
import org.apache.camel.component.springrabbit.DefaultMessageConverter;
import org.apache.camel.component.springrabbit.SpringRabbitMQComponent;
import org.apache.camel.component.springrabbit.SpringRabbitMQEndpoint;
import org.apache.camel.component.springrabbit.SpringRabbitMQHeaderFilterStrategy;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarable;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.PublisherCallbackChannel;
import org.springframework.amqp.rabbit.connection.PublisherCallbackChannelImpl;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.amqp.ConnectionFactoryCustomizer;
import org.springframework.boot.autoconfigure.amqp.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.thread.Threading;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.core.task.support.ExecutorServiceAdapter;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.util.Assert;

/**
 * Makes every {@code spring-rabbitmq} producer publish confirmed and every consumer keep what it could not process and
 * recover, and declares what the settings name.
 */
@AutoConfiguration(
        before = RabbitAutoConfiguration.class,
        beforeName = "org.springframework.boot.actuate.autoconfigure.amqp.RabbitHealthContributorAutoConfiguration")
@ConditionalOnClass(SpringRabbitMQComponent.class)
@EnableConfigurationProperties(RabbitMQProperties.class)
public class RabbitMQAutoConfiguration {

    /** How long opening a connection or a channel may take unless {@code spring.rabbitmq} says otherwise. */
    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(2);

    /** After so long without a sign of life from the broker, twice, a connection is given up. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);

    private static final String[] CAMEL_HEADERS = {"Camel", "camel", "org.apache.camel"};

    /** By the first two a broker also delivers elsewhere (RabbitMQ, sender-selected distribution); Spring adds the rest. */
    private static final Set<String> BROKER_HEADERS = Set.of(
            "cc",
            "bcc",
            PublisherCallbackChannel.RETURN_LISTENER_CORRELATION_KEY,
            PublisherCallbackChannel.RETURNED_MESSAGE_CORRELATION_KEY);

    @Bean
    static BlockedConnections blockedConnections() {
        return new BlockedConnections();
    }

    @Bean
    CamelContextCustomizer confirmedPublishing(RabbitMQProperties properties, BlockedConnections blocked) {
        Duration timeout = properties.getPublisher().getConfirmTimeout();
        return camelContext -> camelContext
                .getCamelContextExtension()
                .registerEndpointCallback((uri, endpoint) -> endpoint instanceof SpringRabbitMQEndpoint plain
                        ? new ConfirmingEndpoint(plain, timeout, blocked)
                        : endpoint);
    }

    @Bean
    static BeanPostProcessor correlatedConfirms(ObjectProvider<BlockedConnections> blocked, Environment environment) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof CachingConnectionFactory connectionFactory) {
                    connectionFactory.setPublisherConfirmType(ConfirmType.CORRELATED);
                    connectionFactory.setPublisherReturns(true);
                    connectionFactory.addConnectionListener(blocked.getObject());
                    connectionFactory.setExecutor(new DeliveryExecutor());
                    if (Threading.VIRTUAL.isActive(environment)) {
                        confirmOnVirtualThreads(connectionFactory);
                    }
                }
                return bean;
            }
        };
    }

    // Each confirm is handed from the connection's thread to another one, which wakes the publisher.
    private static void confirmOnVirtualThreads(CachingConnectionFactory connectionFactory) {
        ExecutorService threads = new ExecutorServiceAdapter(new VirtualThreadTaskExecutor("confirm-"));
        connectionFactory.setPublisherChannelFactory(
                (channel, others) -> new PublisherCallbackChannelImpl(channel, threads));
    }

    @Bean
    ConnectionFactoryCustomizer boundedConnecting(Environment environment) {
        int milliseconds = Math.toIntExact(BROKER_TIMEOUT.toMillis());
        return connectionFactory -> {
            connectionFactory.setHandshakeTimeout(milliseconds);
            if (!environment.containsProperty("spring.rabbitmq.connection-timeout")) {
                connectionFactory.setConnectionTimeout(milliseconds);
            }
            if (!environment.containsProperty("spring.rabbitmq.channel-rpc-timeout")) {
                connectionFactory.setChannelRpcTimeout(milliseconds);
            }
            if (!environment.containsProperty("spring.rabbitmq.requested-heartbeat")) {
                connectionFactory.setRequestedHeartbeat(Math.toIntExact(HEARTBEAT.toSeconds()));
            }
        };
    }

    @Bean
    Declarables configuredBindings(RabbitMQProperties properties) {
        List<Declarable> declarables = new ArrayList<>();
        for (Binding binding : properties.getBindings()) {
            Assert.hasText(binding.getQueue(), "Each of journey.rabbitmq.bindings needs a queue");
            Queue queue = new Queue(binding.getQueue());
            declarables.add(queue);
            if (binding.getExchange() != null) {
                DirectExchange exchange = new DirectExchange(binding.getExchange());
                declarables.add(exchange);
                declarables.add(BindingBuilder.bind(queue).to(exchange).with(binding.getRoutingKey()));
            }
        }
        return new Declarables(declarables);
    }

    @Bean
    static BeanPostProcessor promptDeclaring() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof RabbitAdmin admin) {
                    admin.setRetryTemplate(declareOnce(admin));
                }
                return bean;
            }
        };
    }

    /**
     * By default a publish would wait up to 12 seconds while Spring tries the same declarations again. They are tried
     * again all the same, with the next connection.
     */
    private static RetryTemplate declareOnce(RabbitAdmin admin) {
        return RetryTemplate.builder()
                .maxAttempts(1)
                .withListener(new RetryListener() {
                    @Override
                    public <T, E extends Throwable> void onError(
                            RetryContext context, RetryCallback<T, E> callback, Throwable failure) {
                        // Spring would go on with a connection on which nothing was declared.
                        if (admin.getRabbitTemplate().getConnectionFactory()
                                instanceof CachingConnectionFactory connectionFactory) {
                            connectionFactory.resetConnection();
                        }
                    }
                })
                .build();
    }

    @Bean
    ComponentCustomizer camelHeadersStayInside() {
        return ComponentCustomizer.builder(SpringRabbitMQComponent.class)
                // After Camel's own, which applies the settings below camel.component.spring-rabbitmq.
                .withOrder(Ordered.LOWEST_PRECEDENCE)
                .build(component -> {
                    HeaderFilterStrategy current = component.getHeaderFilterStrategy();
                    if (current == null || current.getClass() == SpringRabbitMQHeaderFilterStrategy.class) {
                        component.setHeaderFilterStrategy(camelHeaderFilter());
                    }
                });
    }

    @Bean
    ComponentCustomizer recoveringConsumers(
            RabbitMQProperties properties,
            ApplicationContext applicationContext,
            ObjectProvider<ConsumerConnections> connections) {
        Duration recoveryInterval = properties.getConsumer().getRecoveryInterval();
        return ComponentCustomizer.builder(SpringRabbitMQComponent.class)
                .withOrder(Ordered.LOWEST_PRECEDENCE)
                .build(component -> {
                    if (component.getListenerContainerFactory().getClass() == DefaultListenerContainerFactory.class) {
                        component.setListenerContainerFactory(endpoint -> {
                            RecoveringListenerContainer container =
                                    new RecoveringListenerContainer(endpoint, applicationContext, recoveryInterval);
                            connections.ifAvailable(
                                    apart -> container.setConnectionFactory(apart.of(endpoint.getConnectionFactory())));
                            return container;
                        });
                    }
                });
    }

    @Bean
    ComponentCustomizer bodiesAreBytes() {
        return ComponentCustomizer.builder(SpringRabbitMQComponent.class)
                .withOrder(Ordered.LOWEST_PRECEDENCE)
                .build(component -> {
                    MessageConverter current = component.getMessageConverter();
                    if (current == null || current.getClass() == DefaultMessageConverter.class) {
                        component.setMessageConverter(new BytesMessageConverter(component.getCamelContext()));
                    }
                });
    }

    @Bean
    @ConditionalOnMissingBean
    ProcessedMessages processedMessages(RabbitMQProperties properties) {
        int remembered = properties.getConsumer().getRememberedMessages();
        Assert.isTrue(
                remembered >= 1,
                "journey.rabbitmq.consumer.remembered-messages must be at least 1, and not " + remembered);
        return new ProcessedMessages(remembered);
    }

    private static HeaderFilterStrategy camelHeaderFilter() {
        SpringRabbitMQHeaderFilterStrategy strategy = new SpringRabbitMQHeaderFilterStrategy();
        strategy.setInFilterStartsWith(CAMEL_HEADERS);
        strategy.setInFilter(BROKER_HEADERS);
        strategy.setOutFilterStartsWith(CAMEL_HEADERS);
        return strategy;
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class Health {

        /** In place of Spring Boot's, which waits for a frozen broker. */
        @Bean
        @ConditionalOnMissingBean(name = "rabbitHealthIndicator")
        @ConditionalOnEnabledHealthIndicator("rabbit")
        HealthIndicator rabbitHealthIndicator(ConnectionFactory connectionFactory, BlockedConnections blocked) {
            return new BrokerHealthIndicator(connectionFactory, blocked, HEALTH_TIMEOUT);
        }
    }
}
