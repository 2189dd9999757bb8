package dev.journey.benchmark.byhand.gateway;

import checkout.CheckoutGrpc;
import dev.journey.benchmark.byhand.tracing.TracingConfiguration;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.autoconfigure.amqp.RabbitHealthContributorAutoConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.amqp.RabbitAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Takes a checkout over HTTP and calls the checkout service over gRPC. */
@SpringBootApplication(exclude = {RabbitAutoConfiguration.class, RabbitHealthContributorAutoConfiguration.class})
@Import(TracingConfiguration.class)
public class GatewayApplication {

    @Bean(destroyMethod = "shutdown")
    ManagedChannel channel(@Value("${CHECKOUT_PORT}") int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    @Bean
    CheckoutGrpc.CheckoutBlockingStub checkout(ManagedChannel channel) {
        return CheckoutGrpc.newBlockingStub(channel);
    }
}
