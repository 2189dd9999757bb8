package dev.journey.gateway;

/** A request's body takes longer than the gateway waits. */
public class BodyTooSlowException extends RuntimeException {}
