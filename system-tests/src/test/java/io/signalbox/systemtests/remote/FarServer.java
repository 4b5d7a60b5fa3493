package io.signalbox.systemtests.remote;

import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.broker.Broker;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.mqtt.MqttGateway;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.web.websocket.WebSocketProtocol;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.server.config.ServerConfig;
import io.signalbox.server.http.Api;
import io.signalbox.server.http.HttpGateway;
import io.signalbox.server.metrics.Metrics;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Health;
import io.signalbox.transports.memory.MemoryTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A server's own rooms, on free ports and a clock that a test moves: the broker, MQTT, WebSocket and the HTTP API. */
final class FarServer implements AutoCloseable {
    private static final Authenticator EVERYBODY =
            credentials -> CompletableFuture.completedFuture(Principal.anonymous(credentials.clientId()));

    final Broker broker;
    final int mqttPort;
    final int httpPort;
    private final MemoryTransport memory;
    private final EventLoops loops;
    private final MqttGateway mqtt;
    private final HttpGateway http;
    private final Metrics metrics;

    FarServer(TimeSource time) throws Exception {
        memory = MemoryTransport.open(new SimulatedFileStore(), time);
        broker = memory.broker();
        loops = EventLoops.start(1);
        mqtt = new MqttGateway(
                MqttConfig.DEFAULT.toBuilder().port(0).build(), broker, EVERYBODY, new Everything(), time, loops);
        mqttPort = mqtt.start();
        metrics = new Metrics(broker);
        http = http(time);
        http.serve(Map.of("mqtt", new WebSocketProtocol(mqtt.gate(), mqtt::attach)));
        httpPort = http.port();
    }

    private HttpGateway http(TimeSource time) throws Exception {
        ServerConfig config = ServerConfig.load(null, Map.of(), Map.of("http.port", "0"));
        Api api = new Api(
                broker,
                Authorizer.ALLOW_ALL,
                time,
                metrics,
                () -> true,
                () -> Health.UP,
                Map::of,
                name -> false,
                () -> {
                    throw new IOException("nothing to reload");
                },
                List::of,
                config.http(),
                loops);
        return HttpGateway.start(config.http(), api, EVERYBODY, Authorizer.ALLOW_ALL, loops);
    }

    /** Of topics that begin with $ too, as a permission may. */
    private static final class Everything implements Authorizer {
        @Override
        public boolean mayPublish(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return true;
        }

        @Override
        public boolean mayReceive(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return true;
        }

        @Override
        public long epoch() {
            return 0;
        }
    }

    @Override
    public void close() throws Exception {
        http.close(Duration.ZERO);
        mqtt.close();
        metrics.close();
        memory.close();
        loops.close();
    }
}
