package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Channel;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.Mailbox;
import io.signalbox.transports.delivery.Subscriptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one session consumes at present: its channel, the consumers on it, and the moment when it is lost. Consumers are
 * begun and ended in the session's strand; arrivals and losses come on threads of the client library.
 */
final class Consumption {
    private static final int LIGHT_PREFETCH = 1_000;

    /** Arrivals that are handed over together: so few that the first one does not wait long. */
    private static final int TOGETHER_MAX = 64;

    /** Settled messages that are told together. The prefetch must not run dry meanwhile. */
    private static final int TOLD_TOGETHER_MAX = 64;

    /** However many share groups a session is a member of: beyond it, what is settled may come again. */
    private static final int OPEN_REMEMBERED_MAX = 1 << 18;

    private final SessionOptions options;
    private final SessionQueues queues;
    private final Receiving receiving;
    private final Mailbox<Inbound> mailbox;
    private final Deleted deleted;
    private final Map<Target, String> shareConsumers = new HashMap<>();

    /** Guards that nothing of an earlier channel arrives after its loss was told. */
    private final Object gate = new Object();

    private volatile @Nullable SessionChannel current;

    /** Arrivals of the present channel that the mailbox does not have yet. Guarded by the gate. */
    private final List<Arrival<Inbound>> together = new ArrayList<>();

    /** Hears that the server deleted a queue which is consumed. */
    interface Deleted {
        void queue(SessionChannel channel, String name);
    }

    Consumption(
            SessionOptions options,
            SessionQueues queues,
            Receiving receiving,
            Mailbox<Inbound> mailbox,
            Deleted deleted) {
        this.options = options;
        this.queues = queues;
        this.receiving = receiving;
        this.mailbox = mailbox;
        this.deleted = deleted;
    }

    /** Null while there is none, or it is lost. */
    @Nullable
    SessionChannel current() {
        return current;
    }

    /** From now on arrivals on this channel count. */
    void on(SessionChannel channel) {
        synchronized (gate) {
            current = channel;
        }
    }

    void begin(SessionChannel channel, Subscriptions subscriptions) throws IOException {
        Channel on = channel.channel();
        on.basicQos(LIGHT_PREFETCH);
        consume(channel, queues.light(), new Receiving.By.Light());
        on.basicQos(options.unsettledMax());
        consume(channel, queues.heavy(), new Receiving.By.Heavy());
        shareConsumers.clear();
        for (FilterSpec spec : subscriptions.all()) {
            beginShare(channel, spec);
        }
    }

    /** Does nothing for an ordinary subscription, or one that is consumed already. */
    void beginShare(SessionChannel channel, FilterSpec spec) throws IOException {
        Target target = Subscriptions.target(spec);
        if (spec.shareGroup() != null && !shareConsumers.containsKey(target)) {
            String queue = queues.groups().queue(target);
            shareConsumers.put(target, consume(channel, queue, new Receiving.By.Share(target)));
            mailbox.openHandOversMax(openMax());
        }
    }

    /** The prefetch is each consumer's. */
    private int openMax() {
        return (int) Math.min(OPEN_REMEMBERED_MAX, options.unsettledMax() * (1L + shareConsumers.size()));
    }

    /** Unsettled deliveries stay with this session. */
    void endShare(SessionChannel channel, Target target) throws IOException {
        String consumer = shareConsumers.remove(target);
        if (consumer != null) {
            channel.channel().basicCancel(consumer);
        }
    }

    private String consume(SessionChannel channel, String queue, Receiving.By by) throws IOException {
        return channel.channel()
                .basicConsume(
                        queue,
                        false,
                        (tag, delivery) -> {
                            Arrival<Inbound> arrival = receiving.arrival(channel, delivery, by);
                            if (arrival != null) {
                                arrived(channel, arrival);
                            }
                        },
                        tag -> deleted.queue(channel, queue));
    }

    private void arrived(SessionChannel channel, Arrival<Inbound> arrival) {
        synchronized (gate) {
            if (current != channel) {
                return;
            }
            together.add(arrival);
            if (together.size() == 1) {
                Dispatch.atEnd(this::handOver);
            } else if (together.size() >= TOGETHER_MAX) {
                handOver();
            }
        }
    }

    /** What has come so far goes to the mailbox, together and in its order. */
    void handOver() {
        synchronized (gate) {
            mailbox.arrived(together);
            together.clear();
        }
    }

    /** Tells the server what is settled, if it is worth a frame: a turn may be of one message. */
    void flush() {
        flush(Math.clamp(options.unsettledMax() / 8, 1, TOLD_TOGETHER_MAX));
    }

    /** The same, however few they are. */
    void flushAll() {
        flush(1);
    }

    private void flush(int least) {
        SessionChannel channel = current;
        if (channel != null) {
            channel.flush(least);
        }
    }

    /** Tells the mailbox that all of it will come again. */
    void lost() {
        SessionChannel channel = current;
        if (channel != null) {
            lost(channel);
        }
    }

    /** @return false if it was not the present one */
    boolean lost(SessionChannel channel) {
        synchronized (gate) {
            if (current != channel) {
                return false;
            }
            current = null;
            together.clear();
            mailbox.connectionLost();
            return true;
        }
    }

    /** Gives back what is unsettled, and forgets the channel. What arrives until it is closed is still noted. */
    void end() {
        SessionChannel channel = current;
        if (channel != null) {
            channel.close();
        }
        synchronized (gate) {
            handOver();
            current = null;
        }
    }
}
