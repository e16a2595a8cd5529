package shop.shipping.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import shop.shipping.domain.Rate;

/** Rates by zone and weight. */
public final class RateRepository {
    private final List<Rate> rates;

    private RateRepository(List<Rate> rates) {
        this.rates = rates;
    }

    public static RateRepository load() throws IOException {
        try (BufferedReader input = Resources.open("rates.csv")) {
            return new RateRepository(RateCsv.read(input));
        }
    }

    /** The cheapest step that carries {@code grams} in {@code zone}. */
    public Rate find(String zone, int grams) {
        return rates.stream()
                .filter(rate -> rate.zone().equals(zone) && rate.upToGrams() >= grams)
                .min(Comparator.comparingInt(Rate::upToGrams))
                .orElseThrow(() -> new NoSuchElementException("no rate in " + zone + " for " + grams + " g"));
    }
}
