package io.signalbox.server.config;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.security.Security;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration that has been checked: one record for each room.
 *
 * @param log its directory is {@code data.dir}
 * @param eventLoops 0: one for each processor
 */
public record ServerConfig(
        MqttConfig mqtt,
        HttpConfig http,
        LogConfig log,
        BrokerConfig broker,
        Security.Settings security,
        int eventLoops,
        Duration shutdownTimeout) {

    /**
     * The file first, then the environment, then what was set on the command line; later ones win.
     *
     * @param file null: none
     * @param sets values by key
     * @throws ConfigurationException with every problem of all sources
     */
    public static ServerConfig load(@Nullable Path file, Map<String, String> environment, Map<String, String> sets)
            throws ConfigurationException {
        RawSettings settings = new RawSettings();
        if (file != null) {
            YamlSource.read(file, settings);
        }
        EnvironmentSource.read(environment, settings);
        sets.forEach((name, text) -> settings.put(name, text, "--set " + RawSettings.shorten(name)));
        return ServerConfigBuilder.build(settings);
    }
}
