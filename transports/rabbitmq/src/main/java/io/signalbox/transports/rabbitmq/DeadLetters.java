package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.delivery.DeadReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that nobody could take, as they came, with the reason in headers. At least once: a message leaves its queue
 * when its copy among the dead letters is confirmed. The server puts some there by itself, with headers of its own
 * ({@code x-death}).
 */
final class DeadLetters {
    static final String HEADER_PREFIX = "sb-dead-";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final RabbitMqTransport transport;
    private final Names names;

    DeadLetters(RabbitMqTransport transport, Names names) {
        this.transport = transport;
        this.names = names;
    }

    /** @param attempts deliveries that failed */
    void add(Inbound inbound, DeadReason reason, String detail, String session, int attempts) {
        Map<String, Object> headers = new HashMap<>();
        if (inbound.properties().getHeaders() != null) {
            headers.putAll(inbound.properties().getHeaders());
        }
        headers.put(HEADER_PREFIX + "reason", reason.text());
        headers.put(HEADER_PREFIX + "detail", detail);
        headers.put(HEADER_PREFIX + "session", session);
        headers.put(HEADER_PREFIX + "attempts", attempts);
        BasicProperties properties = inbound.properties()
                .builder()
                .headers(headers)
                .expiration(null) // a dead letter does not expire
                .deliveryMode(2)
                .build();
        send(inbound, properties);
    }

    private void send(Inbound inbound, BasicProperties properties) {
        transport
                .publishing()
                .forward(
                        names.deadLetterExchange(),
                        inbound.routingKey(),
                        properties,
                        inbound.body(),
                        new Moved(inbound, properties));
    }

    /** Lets go of the original once the copy is safe. */
    private final class Moved implements PublishCallback {
        private final Inbound inbound;
        private final BasicProperties properties;

        private Moved(Inbound inbound, BasicProperties properties) {
            this.inbound = inbound;
            this.properties = properties;
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            inbound.channel().settled(inbound.tag());
            inbound.channel().flush();
        }

        @Override
        public void refused(long context, Refusal refusal) {
            if (refusal.reason() == ReasonCode.BUSY) {
                send(inbound, properties); // it has waited for a server that is away, and goes on waiting
            } else {
                LOG.warn(
                        "a message for {} could not be moved to the dead letters and stays unsettled: {}",
                        inbound.routingKey(),
                        refusal.detail());
            }
        }
    }

    /** The oldest, without taking them away. Those that are no message of ours any more are left out. */
    List<Message> look(Connection connection, MessageMapping mapping, int max) throws IOException, TimeoutException {
        List<Message> found = new ArrayList<>();
        Channel channel = connection.createChannel();
        try { // closing the channel gives all of them back
            while (found.size() < max) {
                GetResponse next = channel.basicGet(names.deadLetters(), false);
                if (next == null) {
                    break;
                }
                try {
                    Topic topic = Topic.ofNative(next.getEnvelope().getRoutingKey());
                    found.add(mapping.message(topic, next.getProps(), next.getBody(), false));
                } catch (SignalboxException e) {
                    LOG.debug("a dead letter that cannot be read: {}", e.getMessage());
                }
            }
        } finally {
            channel.close();
        }
        return found;
    }
}
