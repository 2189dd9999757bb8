package dev.journey.checkout;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The checkout service: prices a basket and announces it. What it does is in {@code routes/checkout}. */
@SpringBootApplication
public class CheckoutApplication {

    /** Starts the service. */
    public static void main(String[] arguments) {
        SpringApplication.run(CheckoutApplication.class, arguments);
    }
}
