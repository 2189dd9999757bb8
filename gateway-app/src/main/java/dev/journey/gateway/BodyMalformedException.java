package dev.journey.gateway;

/** A request's body does not come whole, or is not UTF-8. */
public class BodyMalformedException extends RuntimeException {}
