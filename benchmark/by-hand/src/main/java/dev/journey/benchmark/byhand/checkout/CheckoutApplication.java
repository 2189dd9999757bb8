package dev.journey.benchmark.byhand.checkout;

import dev.journey.benchmark.byhand.tracing.TracingConfiguration;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.PublisherCallbackChannelImpl;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.core.task.support.ExecutorServiceAdapter;

/** Serves the checkout over gRPC and publishes {@code checkout.processed}. */
@SpringBootApplication
@Import(TracingConfiguration.class)
public class CheckoutApplication {

    @Bean(initMethod = "start", destroyMethod = "shutdown")
    Server server(
            @Value("${GRPC_PORT}") int port,
            @Value("${journey.tuned}") boolean tuned,
            Environment environment,
            CheckoutService service,
            GrpcSpanInterceptor spans) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .addService(service)
                .intercept(spans);
        if (tuned && Threading.VIRTUAL.isActive(environment)) {
            builder.executor(new VirtualThreadTaskExecutor("call-"));
        }
        return builder.build();
    }

    /** Confirms are handed on by virtual threads. */
    @Bean
    @ConditionalOnProperty("journey.tuned")
    @ConditionalOnThreading(Threading.VIRTUAL)
    static BeanPostProcessor confirmsOnVirtualThreads() {
        ExecutorService threads = new ExecutorServiceAdapter(new VirtualThreadTaskExecutor("confirm-"));
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof CachingConnectionFactory connectionFactory) {
                    connectionFactory.setPublisherChannelFactory(
                            (channel, others) -> new PublisherCallbackChannelImpl(channel, threads));
                }
                return bean;
            }
        };
    }

    @Bean
    Declarables declarables(
            @Value("${journey.exchange}") String exchangeName,
            @Value("${journey.routing-key}") String routingKey,
            @Value("${journey.queue}") String queueName) {
        DirectExchange exchange = new DirectExchange(exchangeName);
        Queue queue = new Queue(queueName);
        Binding binding = BindingBuilder.bind(queue).to(exchange).with(routingKey);
        return new Declarables(exchange, queue, binding);
    }
}
