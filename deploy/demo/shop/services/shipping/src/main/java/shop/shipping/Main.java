package shop.shipping;

import java.io.IOException;
import shop.shipping.data.RateRepository;
import shop.shipping.data.ZoneTable;
import shop.shipping.domain.LabelService;
import shop.shipping.domain.QuoteService;
import shop.shipping.http.LabelHandler;
import shop.shipping.http.QuoteHandler;
import shop.shipping.http.ShippingServer;
import shop.shipping.labels.LabelCache;
import shop.shipping.labels.LabelRenderer;

/** Puts the shipping service together and serves it. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException {
        Config config = Config.fromEnvironment();
        Logs.configure();
        Logs.of(Main.class).info("starting service=shipping version=" + config.version()
                + " environment=" + config.environment() + " commit=" + config.commit());
        QuoteService quotes = new QuoteService(ZoneTable.load(), RateRepository.load());
        LabelService labels = new LabelService(new LabelRenderer(), new LabelCache());
        ShippingServer server = new ShippingServer(config.port());
        server.route("/quotes", new QuoteHandler(quotes));
        server.route("/labels", new LabelHandler(labels));
        server.start();
        Logs.of(Main.class).info("listening on port " + config.port());
    }
}
