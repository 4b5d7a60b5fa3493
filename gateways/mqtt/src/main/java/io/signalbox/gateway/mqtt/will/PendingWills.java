package io.signalbox.gateway.mqtt.will;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttCounter;
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

    private final AtomicLong bytes = new AtomicLong();
    private final WillPublisher publisher;
    private final ConcurrentHashMap<String, Pending> byClient = new ConcurrentHashMap<>();

    /** @param lost hears of wills that are refused for good */
    public PendingWills(
            Transport transport,
            Authorizer authorizer,
            TimeSource time,
            Counters<MqttCounter> counters,
            PublishCallback lost) {
        this.publisher = new WillPublisher(transport, authorizer, time, counters, lost, BYTES_MAX);
    }

    private record Pending(Will will, Principal principal, EventExecutor loop, Future<?> timer) {
        void publish(WillPublisher publisher) {
            publisher.publish(will, principal, loop);
        }
    }

    /**
     * The client went without a word.
     *
     * @param delayMillis until it is published, at most the rest of its session's life; 0: now
     */
    public void arm(String clientId, Principal principal, Will will, long delayMillis, EventExecutor loop) {
        if (delayMillis <= 0) {
            publisher.publish(will, principal, loop);
            return;
        }
        if (bytes.addAndGet(will.sizeBytes()) > BYTES_MAX) {
            // Too early is better than not at all.
            bytes.addAndGet(-will.sizeBytes());
            publisher.publish(will, principal, loop);
            return;
        }
        byClient.compute(clientId, (id, before) -> {
            if (before != null) {
                before.timer.cancel(false);
                bytes.addAndGet(-before.will.sizeBytes());
                before.publish(publisher);
            }
            Future<?> timer = loop.schedule(() -> due(clientId, will), delayMillis, TimeUnit.MILLISECONDS);
            return new Pending(will, principal, loop, timer);
        });
    }

    /** The client is back. */
    public void returned(String clientId, boolean sessionResumed) {
        Pending pending = byClient.remove(clientId);
        if (pending != null) {
            pending.timer.cancel(false);
            bytes.addAndGet(-pending.will.sizeBytes());
            if (!sessionResumed) {
                pending.publish(publisher);
            }
        }
    }

    /** The server stops, and cannot wait for delays: all are published now, those too that the broker was too busy for. */
    public void publishAll() {
        for (String clientId : byClient.keySet()) {
            returned(clientId, false);
        }
        publisher.again();
    }

    /** No will waits for its delay or for a busy broker, and each was answered. */
    public boolean settled() {
        return byClient.isEmpty() && publisher.idle();
    }

    public int count() {
        return byClient.size();
    }

    private void due(String clientId, Will will) {
        Pending pending = byClient.get(clientId);
        if (pending != null && pending.will == will && byClient.remove(clientId, pending)) {
            bytes.addAndGet(-will.sizeBytes());
            pending.publish(publisher);
        }
    }
}
