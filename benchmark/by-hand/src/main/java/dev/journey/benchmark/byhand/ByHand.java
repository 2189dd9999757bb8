package dev.journey.benchmark.byhand;

import dev.journey.benchmark.byhand.checkout.CheckoutApplication;
import dev.journey.benchmark.byhand.gateway.GatewayApplication;
import dev.journey.benchmark.byhand.stock.StockApplication;
import org.springframework.boot.SpringApplication;

/** The checkout journey without Camel, to be compared with: one of its three services, which the argument names. */
public final class ByHand {

    private ByHand() {}

    /**
     * Starts the service.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static void main(String[] arguments) {
        String service = arguments.length == 1 ? arguments[0] : "";
        SpringApplication application = new SpringApplication(
                switch (service) {
                    case "gateway" -> GatewayApplication.class;
                    case "checkout" -> CheckoutApplication.class;
                    case "stock" -> StockApplication.class;
                    default -> throw new IllegalArgumentException("One of gateway, checkout, stock");
                });
        application.setAdditionalProfiles(service);
        application.run();
    }
}
