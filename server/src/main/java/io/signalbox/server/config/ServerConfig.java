package io.signalbox.server.config;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.embedded.BrokerPromise;
import io.signalbox.configuration.TransportsConfig;
import io.signalbox.configuration.source.YamlSource;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.security.Security;
import io.signalbox.transport.provider.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration that has been checked: one record for each room.
 *
 * @param amqpEnabled listen for AMQP at all
 * @param log its directory is {@code data.dir}
 * @param transports other transports beside the broker, which is called {@value #BROKER} among them
 * @param eventLoops 0: one for each processor
 */
public record ServerConfig(
        MqttConfig mqtt,
        AmqpConfig amqp,
        boolean amqpEnabled,
        HttpConfig http,
        LogConfig log,
        BrokerConfig broker,
        Security.Settings security,
        TransportsConfig transports,
        int eventLoops,
        Duration shutdownTimeout) {

    /** The name of the server's own broker among the transports. */
    public static final String BROKER = "broker";

    /** What the server's own broker promises. */
    public Map<String, Promise> promises() {
        return promises(broker, log);
    }

    static Map<String, Promise> promises(BrokerConfig broker, LogConfig log) {
        return Map.of(BROKER, new BrokerPromise(broker, log));
    }

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
        return ServerConfigBuilder.build(settings, environment);
    }
}
