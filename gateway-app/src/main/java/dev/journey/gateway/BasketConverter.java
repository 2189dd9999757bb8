package dev.journey.gateway;

import checkout.CheckoutRequest;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.support.SimpleTypeConverter;
import org.springframework.stereotype.Component;

/** Has a basket become what the checkout service is asked: {@code convertBodyTo} in a route. */
@Component
class BasketConverter implements CamelContextCustomizer {

    @Override
    public void configure(CamelContext context) {
        context.getTypeConverterRegistry()
                .addTypeConverter(
                        CheckoutRequest.class,
                        Basket.class,
                        new SimpleTypeConverter(false, (type, exchange, basket) -> ((Basket) basket).toRequest()));
    }
}
