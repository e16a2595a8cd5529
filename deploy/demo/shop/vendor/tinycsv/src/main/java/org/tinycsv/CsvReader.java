package org.tinycsv;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** tinycsv 0.9: reads semicolon separated tables with a header line. */
public final class CsvReader {
    private final BufferedReader input;
    private final String[] header;

    public CsvReader(BufferedReader input) throws IOException {
        this.input = input;
        this.header = split(input.readLine());
    }

    /** Every row, turned into a value by {@code mapper}. */
    public <T> List<T> map(Function<Map<String, String>, T> mapper) throws IOException {
        List<T> values = new ArrayList<>();
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                values.add(mapper.apply(row(split(line))));
            }
        }
        return values;
    }

    private Map<String, String> row(String[] cells) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int column = 0; column < header.length; column++) {
            row.put(header[column], column < cells.length ? cells[column] : "");
        }
        return row;
    }

    private static String[] split(String line) {
        String[] cells = line.split(";", -1);
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cells[i].trim();
        }
        return cells;
    }
}
