package dev.journey.checkout;

/** A basket is empty, or larger than may be. */
public class BasketSizeException extends RuntimeException {

    BasketSizeException(int size) {
        super("A basket of " + size + " items");
    }
}
