package dev.journey.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The gateway: takes a checkout over HTTP. What it does is in {@code routes/gateway}. */
@SpringBootApplication
public class GatewayApplication {

    /** Starts the service. */
    public static void main(String[] arguments) {
        SpringApplication.run(GatewayApplication.class, arguments);
    }
}
