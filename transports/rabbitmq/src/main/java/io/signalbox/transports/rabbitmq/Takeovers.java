package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Word between the instances on one server: "this session is mine now". Whoever had it lets go; if its process is dead,
 * the server notices by itself.
 */
final class Takeovers {
    private final Names names;
    private final long instance;
    private final Consumer<String> takenOver;

    /** @param takenOver is told the name of a session that another instance wants */
    Takeovers(Names names, long instance, Consumer<String> takenOver) {
        this.names = names;
        this.instance = instance;
        this.takenOver = takenOver;
    }

    void listen(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, names.control(), "");
        channel.basicConsume(
                queue,
                true,
                (tag, delivery) -> {
                    Origin origin = Origin.of(delivery.getProperties());
                    if (origin != null && origin.instance() != instance) {
                        takenOver.accept(new String(delivery.getBody(), StandardCharsets.UTF_8));
                    }
                },
                tag -> {});
    }

    void announce(Channel channel, String session) throws IOException {
        BasicProperties properties = new BasicProperties.Builder()
                .headers(Map.of(Origin.HEADER, new Origin(instance, 0).bytes()))
                .build();
        channel.basicPublish(names.control(), "", properties, session.getBytes(StandardCharsets.UTF_8));
    }
}
