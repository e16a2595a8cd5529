package shop.shipping.domain;

import java.math.BigDecimal;

/** What sending a parcel costs, in euros. */
public record Quote(Parcel parcel, String zone, BigDecimal price) {}
