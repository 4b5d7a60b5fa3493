package io.signalbox.cli;

import io.signalbox.server.config.ConfigurationException;
import io.signalbox.server.config.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which configuration a command looks at, as the server would read it, and how long it asks servers. */
final class ConfigurationOptions {
    private static final Duration ASK = Duration.ofSeconds(2);

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file; without one, what a server has then.")
    private @Nullable Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets one key, over file and environment.")
    private Map<String, String> sets = new LinkedHashMap<>();

    @Option(
            names = "--timeout",
            paramLabel = "MILLIS",
            description = "The longest that each server may take to answer; ${DEFAULT-VALUE}.")
    private long timeoutMillis = ASK.toMillis();

    ServerConfig load() throws ConfigurationException {
        return ServerConfig.load(config, System.getenv(), sets);
    }

    Duration timeout() {
        return Duration.ofMillis(Math.max(1, timeoutMillis));
    }
}
