package io.signalbox.transports.remote;

import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.mqtt.MqttGateway;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A server's broker and its MQTT door, on a free port. */
final class FarBroker implements AutoCloseable {
    private static final Authenticator EVERYBODY =
            credentials -> CompletableFuture.completedFuture(Principal.anonymous(credentials.clientId()));

    final EmbeddedBroker broker;
    final int port;
    private final EventLoops loops;
    private final MqttGateway gateway;

    FarBroker(Path folder, BrokerConfig config) throws IOException {
        TimeSource time = TimeSource.monotonic();
        broker = EmbeddedBroker.open(config, LogConfig.defaults(folder), Authorizer.ALLOW_ALL, time);
        loops = EventLoops.start(1);
        gateway = new MqttGateway(
                MqttConfig.DEFAULT.toBuilder().port(0).build(), broker, EVERYBODY, Authorizer.ALLOW_ALL, time, loops);
        port = gateway.start();
    }

    String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        gateway.close();
        broker.close();
        loops.close();
    }
}
