package shop.shipping.http;

import java.util.Map;
import shop.shipping.domain.Parcel;
import shop.shipping.domain.Quote;
import shop.shipping.domain.QuoteException;
import shop.shipping.domain.QuoteService;

/** What a parcel costs. */
public final class QuoteHandler extends JsonHandler {
    private final QuoteService quotes;

    public QuoteHandler(QuoteService quotes) {
        this.quotes = quotes;
    }

    @Override
    protected String answer(Map<String, String> parameters) {
        Parcel parcel = new Parcel(
                required(parameters, "order"),
                required(parameters, "country"),
                Integer.parseInt(required(parameters, "grams")),
                Boolean.parseBoolean(parameters.getOrDefault("express", "false")));
        try {
            Quote quote = quotes.quote(parcel);
            return "{\"order\":\"" + parcel.order() + "\",\"price\":" + quote.price() + "}";
        } catch (QuoteException failure) {
            throw new IllegalStateException("no quote for order " + parcel.order(), failure);
        }
    }
}
