package shop.shipping.domain;

import java.math.BigDecimal;

/** The price of a parcel up to a weight in a zone. */
public record Rate(String zone, int upToGrams, BigDecimal price) {}
