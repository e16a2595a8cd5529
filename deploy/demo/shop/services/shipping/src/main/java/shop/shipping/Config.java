package shop.shipping;

import java.util.Map;

/** What the deployment tells this process. */
public record Config(int port, String environment, String version, String commit) {

    public static Config fromEnvironment() {
        Map<String, String> given = System.getenv();
        return new Config(
                Integer.parseInt(given.getOrDefault("PORT", "8085")),
                given.getOrDefault("ENVIRONMENT", "development"),
                given.getOrDefault("SERVICE_VERSION", "dev"),
                given.getOrDefault("SERVICE_COMMIT", "unknown"));
    }
}
