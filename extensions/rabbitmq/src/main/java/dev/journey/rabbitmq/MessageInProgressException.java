package dev.journey.rabbitmq;

/** A message was delivered again while it is still being worked on: what becomes of it is not known yet. */
public class MessageInProgressException extends IllegalStateException {

    MessageInProgressException() {
        super("The message is being worked on");
    }
}
