package shop.shipping.domain;

/** What is to be sent where; {@code grams} with its packaging. */
public record Parcel(String order, String country, int grams, boolean express) {
    public static final int HEAVIEST = 31_500;

    public Parcel {
        if (grams <= 0 || grams > HEAVIEST) {
            throw new IllegalArgumentException("a parcel weighs 1 to " + HEAVIEST + " grams, not " + grams);
        }
    }
}
