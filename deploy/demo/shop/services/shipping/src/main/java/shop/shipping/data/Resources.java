package shop.shipping.data;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Files that are shipped beside the classes. */
final class Resources {
    private Resources() {}

    static BufferedReader open(String name) throws IOException {
        InputStream input = Resources.class.getResourceAsStream("/" + name);
        if (input == null) {
            throw new FileNotFoundException(name);
        }
        return new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    }
}
