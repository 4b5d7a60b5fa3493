package io.signalbox.gateway.mqtt;

import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.broker.Broker;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

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

    /** Until no connection of that client is left: what is published then waits for its next one. */
    public void awaitGone(String clientId) {
        Awaitility.await()
                .until(() -> gateway.connections().stream()
                        .noneMatch(info -> info.clientId().equals(clientId)));
    }

    @Override
    public void close() {
        gateway.close();
        broker.close();
        loops.close();
    }

    /** As the interoperability suite of Eclipse Paho expects it: nobody may subscribe to {@code test/nosubscribe}. */
    private static final Authorizer AS_PAHO_EXPECTS = new Authorizer() {
        @Override
        public boolean mayPublish(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return !filter.text().equals("test/nosubscribe");
        }

        @Override
        public boolean mayReceive(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return false;
        }

        @Override
        public long epoch() {
            return 0;
        }
    };

    /**
     * For a look with outside clients, set up as {@code client_test.py} and {@code client_test5.py} of Eclipse Paho's
     * paho.mqtt.testing expect it (keep alive of at most 60 s): {@code GatewayFixture DIRECTORY PORT}.
     */
    public static void main(String[] args) throws Exception {
        TimeSource time = TimeSource.monotonic();
        EventLoops loops = EventLoops.start(2);
        Broker broker =
                EmbeddedBroker.open(BrokerConfig.DEFAULT, LogConfig.defaults(Path.of(args[0])), AS_PAHO_EXPECTS, time);
        MqttConfig config = MqttConfig.builder()
                .port(Integer.parseInt(args[1]))
                .keepAliveMaxSeconds(60)
                .build();
        MqttGateway gateway = new MqttGateway(config, broker, EVERYBODY, AS_PAHO_EXPECTS, time, loops);
        System.out.println("listening on " + gateway.start() + " with " + loops.kind());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            gateway.close();
            broker.close();
            loops.close();
        }));
        Thread.currentThread().join();
    }
}
