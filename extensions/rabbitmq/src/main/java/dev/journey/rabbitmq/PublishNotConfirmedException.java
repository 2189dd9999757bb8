package dev.journey.rabbitmq;

import org.springframework.amqp.AmqpException;

/** The broker did not confirm that it has taken a message and put it into a queue. */
public class PublishNotConfirmedException extends AmqpException {

    public PublishNotConfirmedException(String message) {
        super(message);
    }

    public PublishNotConfirmedException(String message, Throwable cause) {
        super(message, cause);
    }
}
