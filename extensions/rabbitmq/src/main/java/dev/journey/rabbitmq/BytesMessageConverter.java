package dev.journey.rabbitmq;

import java.nio.charset.StandardCharsets;
import org.apache.camel.CamelContext;
import org.apache.camel.component.springrabbit.DefaultMessageConverter;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

/**
 * Gives a route the bytes of a message as they are. Camel makes text of them where the content type says {@code text/…},
 * in the encoding that the message names: with one that does not exist that fails before the route begins, each time.
 * How many they are is in the header {@code CamelSpringRabbitmqContentLength}: the broker does not say.
 *
 * <p>Publishes text as UTF-8. Camel takes the platform's charset, which on Java 17 is ASCII where no locale is set.
 */
final class BytesMessageConverter extends DefaultMessageConverter {

    BytesMessageConverter(CamelContext camelContext) {
        super(camelContext);
    }

    @Override
    public Message createMessage(Object body, MessageProperties properties) {
        if (body instanceof String && properties.getContentEncoding() == null) {
            properties.setContentEncoding(StandardCharsets.UTF_8.name());
        }
        return super.createMessage(body, properties);
    }

    @Override
    public Object fromMessage(Message message) {
        message.getMessageProperties().setContentLength(message.getBody().length);
        return message.getBody();
    }
}
