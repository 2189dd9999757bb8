package dev.journey.checkout;

import checkout.CheckoutResponse;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.support.SimpleTypeConverter;
import org.springframework.stereotype.Component;

/** Has an order become the answer to whoever placed it: {@code convertBodyTo} in a route. */
@Component
class OrderConverter implements CamelContextCustomizer {

    @Override
    public void configure(CamelContext context) {
        context.getTypeConverterRegistry()
                .addTypeConverter(
                        CheckoutResponse.class,
                        Order.class,
                        new SimpleTypeConverter(false, (type, exchange, order) -> ((Order) order).toResponse()));
    }
}
