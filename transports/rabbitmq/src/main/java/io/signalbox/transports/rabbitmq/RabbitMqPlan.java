package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** A configured RabbitMQ that is not open. */
record RabbitMqPlan(RabbitMqConfig config) implements TransportPlan {
    @Override
    public String endpoint() {
        int port = config.uri().getPort();
        boolean secure = "amqps".equals(config.uri().getScheme());
        return config.uri().getHost() + ":" + (port >= 0 ? port : secure ? 5671 : 5672);
    }

    @Override
    public boolean hasServer() {
        return true;
    }

    @Override
    public ServerAnswer probe(Duration timeout) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(config.uri());
        if (factory.isSSL()) {
            factory.useSslProtocol(SSLContext.getDefault());
            factory.enableHostnameVerification();
        }
        int millis = Math.toIntExact(timeout.toMillis());
        factory.setConnectionTimeout(millis);
        factory.setHandshakeTimeout(millis);
        factory.setAutomaticRecoveryEnabled(false);
        long began = System.nanoTime();
        try (Connection connection = factory.newConnection("signalbox-probe")) {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            return new ServerAnswer(
                    connection.getServerProperties().get("product") + " "
                            + connection.getServerProperties().get("version"),
                    took);
        }
    }

    @Override
    public Promise promise(Map<String, Promise> parts, Duration timeout) {
        boolean quorum = config.queues() == RabbitMqConfig.Queues.QUORUM;
        return Promise.of(
                new Capabilities(
                        RabbitMqTransport.features(quorum),
                        quorum ? Durability.SYNCED : Durability.BUFFERED,
                        config.payloadBytesMax()),
                RabbitMqGuarantees.of(config),
                true);
    }

    @Override
    public Transport open(Surroundings surroundings) {
        return RabbitMqTransport.open(config.withWhenAbsent(surroundings.whenAbsent()), surroundings.time());
    }
}
