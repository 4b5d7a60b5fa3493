package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.signalbox.transport.PublishCallback;

/** A publish on its way until its confirm. What changes is the publisher's thread's before, and the confirms' after. */
final class Outgoing {
    final String exchange;
    final String routingKey;
    final BasicProperties properties;
    final byte[] body;
    final boolean light;
    final long number;
    final PublishCallback callback;
    final long context;
    final long sinceMillis;

    /** The server had no queue for it; guarded by the {@link Confirms} it is in. */
    boolean returned;

    long writtenNanos;

    /** Channels that failed, or never confirmed, while it was under way: it may be the reason. */
    int failures;

    /** How often the server did not take it. The connection's reader's. */
    int nacks;

    Outgoing(
            String exchange,
            String routingKey,
            BasicProperties properties,
            byte[] body,
            boolean light,
            long number,
            PublishCallback callback,
            long context,
            long sinceMillis) {
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.properties = properties;
        this.body = body;
        this.light = light;
        this.number = number;
        this.callback = callback;
        this.context = context;
        this.sinceMillis = sinceMillis;
    }
}
