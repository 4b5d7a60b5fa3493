package io.signalbox.gateway.mqtt;

import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.broker.Broker;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.EmbeddedBroker;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A gateway on a free port in front of the embedded broker. */
public final class GatewayFixture implements AutoCloseable {
    public static final Authenticator EVERYBODY = credentials -> {
        String user = credentials.userName();
        return CompletableFuture.completedFuture(
                user == null
                        ? Principal.anonymous(credentials.clientId())
                        : Principal.user(user, credentials.clientId()));
    };

    public final Broker broker;
    public final MqttGateway gateway;
    public final int port;
    private final EventLoops loops;

    public GatewayFixture(Path directory) {
        this(directory, MqttConfig.DEFAULT, EVERYBODY, Authorizer.ALLOW_ALL, TimeSource.monotonic());
    }

    public GatewayFixture(
            Path directory, MqttConfig config, Authenticator authenticator, Authorizer authorizer, TimeSource time) {
        try {
            broker = EmbeddedBroker.open(BrokerConfig.DEFAULT, LogConfig.defaults(directory), authorizer, time);
            loops = EventLoops.start(2);
            gateway =
                    new MqttGateway(config.toBuilder().port(0).build(), broker, authenticator, authorizer, time, loops);
            port = gateway.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        gateway.close();
        broker.close();
        loops.close();
    }

    /** For a look with outside clients: {@code GatewayFixture DIRECTORY PORT}. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        TimeSource time = TimeSource.monotonic();
        EventLoops loops = EventLoops.start(2);
        Broker broker =
                EmbeddedBroker.open(BrokerConfig.DEFAULT, LogConfig.defaults(directory), Authorizer.ALLOW_ALL, time);
        MqttGateway gateway = new MqttGateway(
                MqttConfig.builder().port(Integer.parseInt(args[1])).build(),
                broker,
                EVERYBODY,
                Authorizer.ALLOW_ALL,
                time,
                loops);
        System.out.println("listening on " + gateway.start() + " with " + loops.kind());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            gateway.close();
            broker.close();
            loops.close();
        }));
        Thread.currentThread().join();
    }
}
