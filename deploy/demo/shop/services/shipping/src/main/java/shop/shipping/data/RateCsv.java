package shop.shipping.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.tinycsv.CsvReader;
import shop.shipping.domain.Rate;

/** The carrier's price list. */
final class RateCsv {
    private RateCsv() {}

    static List<Rate> read(BufferedReader input) throws IOException {
        return new CsvReader(input).map(RateCsv::rate);
    }

    private static Rate rate(Map<String, String> row) {
        return new Rate(row.get("zone"), Integer.parseInt(row.get("up_to_grams")), new BigDecimal(row.get("price")));
    }
}
