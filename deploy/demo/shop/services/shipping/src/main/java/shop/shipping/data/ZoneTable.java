package shop.shipping.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.tinycsv.CsvReader;

/** Which zone a country belongs to. */
public final class ZoneTable {
    private final Map<String, String> zones;

    private ZoneTable(Map<String, String> zones) {
        this.zones = zones;
    }

    public static ZoneTable load() throws IOException {
        Map<String, String> zones = new HashMap<>();
        try (BufferedReader input = Resources.open("zones.csv")) {
            new CsvReader(input).map(row -> zones.put(row.get("country"), row.get("zone")));
        }
        return new ZoneTable(zones);
    }

    public String zoneOf(String country) {
        String zone = zones.get(country);
        if (zone == null) {
            throw new IllegalArgumentException("we do not deliver to " + country);
        }
        return zone;
    }
}
