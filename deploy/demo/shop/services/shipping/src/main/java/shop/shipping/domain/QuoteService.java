package shop.shipping.domain;

import java.math.BigDecimal;
import shop.shipping.data.RateRepository;
import shop.shipping.data.ZoneTable;

/** Prices parcels. */
public final class QuoteService {
    private final ZoneTable zones;
    private final RateRepository rates;

    public QuoteService(ZoneTable zones, RateRepository rates) {
        this.zones = zones;
        this.rates = rates;
    }

    /** The price of {@code parcel}; a country that is not served is refused. */
    public Quote quote(Parcel parcel) throws QuoteException {
        String zone = zones.zoneOf(parcel.country());
        try {
            Rate rate = rates.find(zone, parcel.grams());
            BigDecimal price = Surcharges.apply(rate.price(), parcel.express());
            return new Quote(parcel, zone, price);
        } catch (RuntimeException failure) {
            throw new QuoteException("zone " + zone + ", " + parcel.grams() + " g could not be priced", failure);
        }
    }
}
