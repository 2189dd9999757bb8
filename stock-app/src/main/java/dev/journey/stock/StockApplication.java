package dev.journey.stock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The stock service: acts on processed checkouts. What it does is in {@code routes/stock}. */
@SpringBootApplication
public class StockApplication {

    /** Starts the service. */
    public static void main(String[] arguments) {
        SpringApplication.run(StockApplication.class, arguments);
    }
}
