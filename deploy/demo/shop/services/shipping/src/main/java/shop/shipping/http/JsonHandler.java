package shop.shipping.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import shop.shipping.Logs;

/** Parameters in, JSON out; a refusal answers 422, a failure is logged and answers 500. */
abstract class JsonHandler implements HttpHandler {
    private final Logger log = Logs.of(getClass());

    /** The answer as JSON text. */
    protected abstract String answer(Map<String, String> parameters);

    @Override
    public final void handle(HttpExchange exchange) throws IOException {
        int status = 200;
        String body;
        try {
            body = answer(parameters(exchange.getRequestURI().getRawQuery()));
        } catch (IllegalArgumentException refusal) {
            log.warning(exchange.getRequestURI() + " refused: " + refusal.getMessage());
            status = 422;
            body = "{\"error\":\"" + refusal.getMessage() + "\"}";
        } catch (RuntimeException failure) {
            log.log(Level.SEVERE, "request " + exchange.getRequestURI() + " failed", failure);
            status = 500;
            body = "{\"error\":\"internal error\"}";
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream output = exchange.getResponseBody()) {
            output.write(bytes);
        }
        log.info("GET " + exchange.getRequestURI() + " " + status);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : (query == null ? "" : query).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
                parameters.put(pair.substring(0, equals), value);
            }
        }
        return parameters;
    }

    static String required(Map<String, String> parameters, String name) {
        String value = parameters.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }
}
