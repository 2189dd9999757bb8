package dev.journey.gateway;

/** A request's body is larger than the gateway reads. */
public class BodyTooLargeException extends RuntimeException {}
