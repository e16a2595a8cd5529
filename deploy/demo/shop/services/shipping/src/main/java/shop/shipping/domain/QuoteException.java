package shop.shipping.domain;

/** A parcel that should have a price has none. */
public final class QuoteException extends Exception {
    public QuoteException(String message, Throwable cause) {
        super(message, cause);
    }
}
