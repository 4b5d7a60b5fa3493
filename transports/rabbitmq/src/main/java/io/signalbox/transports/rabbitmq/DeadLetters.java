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
    private static final int DETAIL_MAX = 4_096;

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
        headers.put(HEADER_PREFIX + "reason", reason.text());
        headers.put(HEADER_PREFIX + "detail", detail.length() > DETAIL_MAX ? detail.substring(0, DETAIL_MAX) : detail);
        headers.put(HEADER_PREFIX + "session", session);
        headers.put(HEADER_PREFIX + "attempts", attempts);
        Map<String, Object> all = new HashMap<>(headers);
        if (inbound.properties().getHeaders() != null) {
            inbound.properties().getHeaders().forEach(all::putIfAbsent);
        }
        send(inbound, properties(inbound, all), properties(inbound, headers));
    }

    private static BasicProperties properties(Inbound inbound, Map<String, Object> headers) {
        return inbound.properties()
                .builder()
                .headers(headers)
                .expiration(null) // a dead letter does not expire
                .deliveryMode(2)
                .build();
    }

    /** @param bare without the headers it came with, if ours make them too many for a frame */
    private void send(Inbound inbound, BasicProperties properties, BasicProperties bare) {
        transport
                .publishing()
                .forward(
                        names.deadLetterExchange(),
                        inbound.routingKey(),
                        properties,
                        inbound.body(),
                        new Moved(inbound, properties, bare));
    }

    /** Lets go of the original once the copy is safe. */
    private final class Moved implements PublishCallback {
        private final Inbound inbound;
        private final BasicProperties properties;
        private final BasicProperties bare;

        private Moved(Inbound inbound, BasicProperties properties, BasicProperties bare) {
            this.inbound = inbound;
            this.properties = properties;
            this.bare = bare;
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            if (outcome == Receipt.Outcome.NO_SUBSCRIBERS) {
                LOG.error("{} was deleted on the server and is declared anew", names.deadLetters());
                transport.declareDeadLetters().whenComplete((done, failure) -> {
                    if (failure == null) {
                        send(inbound, properties, bare);
                    } else {
                        stays(String.valueOf(failure.getMessage()));
                    }
                });
                return;
            }
            inbound.channel().settled(inbound.open());
            inbound.channel().flush();
        }

        @Override
        public void refused(long context, Refusal refusal) {
            if (refusal.reason() == ReasonCode.BUSY || refusal.reason() == ReasonCode.QUEUE_FULL) {
                send(inbound, properties, bare); // it has waited for a server that is away or full, and goes on waiting
            } else if (refusal.reason() == ReasonCode.NOT_SUPPORTED && properties != bare) {
                send(inbound, bare, bare);
            } else {
                stays(refusal.detail());
            }
        }

        private void stays(String why) {
            LOG.warn(
                    "a message for {} could not be moved to the dead letters and stays unsettled: {}",
                    inbound.routingKey(),
                    why);
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
