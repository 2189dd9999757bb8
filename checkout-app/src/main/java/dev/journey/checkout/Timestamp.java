package dev.journey.checkout;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExpressionAdapter;
import org.springframework.stereotype.Component;

/**
 * The time as an expression, {@code ref: timestamp}: UTC, to the second (RFC 3339, section 5.6). Simple would make a
 * {@code SimpleDateFormat} for each exchange.
 */
@Component
class Timestamp extends ExpressionAdapter {

    @Override
    public Object evaluate(Exchange exchange) {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
