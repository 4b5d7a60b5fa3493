package io.signalbox.gateway.mqtt.will;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Transport;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Wills whose clients are gone and whose delay is not over. A client that comes back to its session in time takes its
 * will back; one that starts a new session lets it be published (MQTT 5, 3.1.3.2.2). Thread safe.
 */
public final class PendingWills {
    private static final long BYTES_MAX = 64L << 20;
    private static final int ENTRY_BYTES = 256;

    private final AtomicLong bytes = new AtomicLong();
    private final Transport transport;
    private final Authorizer authorizer;
    private final TimeSource time;
    private final Counters<MqttCounter> counters;
    private final PublishCallback callback;
    private final ConcurrentHashMap<String, Pending> byClient = new ConcurrentHashMap<>();

    /** @param callback hears how the publishes end */
    public PendingWills(
            Transport transport,
            Authorizer authorizer,
            TimeSource time,
            Counters<MqttCounter> counters,
            PublishCallback callback) {
        this.transport = transport;
        this.authorizer = authorizer;
        this.time = time;
        this.counters = counters;
        this.callback = callback;
    }

    private static final class Pending {
        final Will will;
        final Principal principal;
        private Future<?> timer;

        Pending(Will will, Principal principal, Future<?> timer) {
            this.will = will;
            this.principal = principal;
            this.timer = timer;
        }
    }

    /**
     * The client went without a word.
     *
     * @param delayMillis until it is published, at most the rest of its session's life; 0: now
     */
    public void arm(String clientId, Principal principal, Will will, long delayMillis, EventExecutor loop) {
        if (delayMillis <= 0) {
            publish(will, principal);
            return;
        }
        if (bytes.addAndGet(bytesOf(will)) > BYTES_MAX) {
            // Too early is better than not at all.
            bytes.addAndGet(-bytesOf(will));
            publish(will, principal);
            return;
        }
        byClient.compute(clientId, (id, before) -> {
            if (before != null) {
                before.timer.cancel(false);
                bytes.addAndGet(-bytesOf(before.will));
                publish(before.will, before.principal);
            }
            Future<?> timer = loop.schedule(() -> due(clientId, will), delayMillis, TimeUnit.MILLISECONDS);
            return new Pending(will, principal, timer);
        });
    }

    private static long bytesOf(Will will) {
        return ENTRY_BYTES + will.message().sizeBytes();
    }

    /** The client is back. */
    public void returned(String clientId, boolean sessionResumed) {
        Pending pending = byClient.remove(clientId);
        if (pending != null) {
            pending.timer.cancel(false);
            bytes.addAndGet(-bytesOf(pending.will));
            if (!sessionResumed) {
                publish(pending.will, pending.principal);
            }
        }
    }

    /** The server stops, and cannot wait: all are published now. */
    public void publishAll() {
        for (String clientId : byClient.keySet()) {
            returned(clientId, false);
        }
    }

    public int count() {
        return byClient.size();
    }

    /** Publishes a will now, if its client still may (it may have lost the right since its CONNECT). */
    public void publish(Will will, Principal principal) {
        Message message = will.message();
        if (!authorizer.mayPublish(principal, message.topic())) {
            counters.increment(MqttCounter.WILL_NOT_AUTHORIZED);
            return;
        }
        if (message.ttlMillis() > 0) {
            message = message.toBuilder().timestampMillis(time.millis()).build();
        }
        counters.increment(MqttCounter.WILLS_PUBLISHED);
        transport.publish(message, callback, 0);
    }

    private void due(String clientId, Will will) {
        Pending pending = byClient.get(clientId);
        if (pending != null && pending.will == will && byClient.remove(clientId, pending)) {
            bytes.addAndGet(-bytesOf(will));
            publish(pending.will, pending.principal);
        }
    }
}
