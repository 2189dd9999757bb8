package dev.journey.checkout;

/** An item is not in the catalogue. */
public class UnknownItemException extends RuntimeException {

    UnknownItemException(int item) {
        super("Item " + item + " is not in the catalogue");
    }
}
