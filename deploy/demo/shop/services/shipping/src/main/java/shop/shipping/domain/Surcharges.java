package shop.shipping.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** What is added to a rate: fuel always, express on demand. */
public final class Surcharges {
    private static final BigDecimal FUEL = new BigDecimal("1.06");
    private static final BigDecimal EXPRESS = new BigDecimal("9.50");

    private Surcharges() {}

    /** The price with everything on top, in whole cents. */
    public static BigDecimal apply(BigDecimal price, boolean express) {
        BigDecimal withFuel = price.multiply(FUEL);
        BigDecimal total = express ? withFuel.add(EXPRESS) : withFuel;
        return total.setScale(2, RoundingMode.HALF_UP);
    }
}
