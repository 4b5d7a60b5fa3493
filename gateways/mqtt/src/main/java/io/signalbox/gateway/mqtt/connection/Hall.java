package io.signalbox.gateway.mqtt.connection;

import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.config.Peer;
import io.signalbox.gateway.mqtt.frame.RetryAfter;
import io.signalbox.gateway.mqtt.will.PendingWills;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What all connections of a gateway share, and who is in it. Thread safe. */
public final class Hall {
    final MqttConfig config;
    final RetryAfter retryAfter;
    final Transport transport;
    final Authenticator authenticator;
    final Authorizer authorizer;
    final TimeSource time;
    final Counters<MqttCounter> counters;
    final PendingWills wills;

    /** Hears of publishes that nobody waits for. */
    final PublishCallback unacknowledged;

    private final Set<MqttConnection> all = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, MqttConnection> byClient = new ConcurrentHashMap<>();
    private final AtomicLong strangersBytes = new AtomicLong();
    private volatile boolean closing;

    public Hall(
            MqttConfig config,
            Transport transport,
            Authenticator authenticator,
            Authorizer authorizer,
            TimeSource time,
            Counters<MqttCounter> counters) {
        this.config = config;
        this.retryAfter = new RetryAfter(config.retryAfterMillis());
        this.transport = transport;
        this.authenticator = authenticator;
        this.authorizer = authorizer;
        this.time = time;
        this.counters = counters;
        this.unacknowledged = new Unacknowledged(counters);
        this.wills = new PendingWills(transport, authorizer, time, counters, unacknowledged);
    }

    private record Unacknowledged(Counters<MqttCounter> counters) implements PublishCallback {
        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {}

        @Override
        public void refused(long context, Refusal refusal) {
            counters.increment(MqttCounter.PUBLISH_DROPPED);
        }
    }

    void entered(MqttConnection connection) {
        all.add(connection);
    }

    void left(MqttConnection connection) {
        all.remove(connection);
    }

    /** In front of whoever has that client id. */
    void register(String clientId, MqttConnection connection) {
        byClient.compute(clientId, (id, holder) -> {
            connection.behind = holder;
            return connection;
        });
    }

    /** Whoever registered before and has not left is found again: the one that leaves may have been late to come. */
    void unregister(String clientId, MqttConnection connection) {
        byClient.computeIfPresent(clientId, (id, holder) -> {
            MqttConnection before = null;
            MqttConnection each = holder;
            while (each != null && each != connection) {
                before = each;
                each = each.behind;
            }
            if (each == null) {
                return holder;
            }
            MqttConnection next = each.behind;
            each.behind = null;
            if (before == null) {
                return next;
            }
            before.behind = next;
            return holder;
        });
    }

    public @Nullable MqttConnection byClient(String clientId) {
        return byClient.get(clientId);
    }

    /** Is nobody else's client here under that id? */
    boolean isFree(String clientId, Principal principal) {
        MqttConnection holder = byClient.get(clientId);
        Peer peer = holder == null ? null : holder.peer();
        return peer == null || peer.principal().name().equals(principal.name());
    }

    /** Everybody whose CONNECT was accepted. */
    public Collection<MqttConnection> clients() {
        return byClient.values();
    }

    /** Strangers included. */
    public Set<MqttConnection> all() {
        return all;
    }

    /** Charges memory that strangers make the server hold. */
    boolean chargeStrangers(int bytes) {
        return strangersBytes.addAndGet(bytes) <= config.strangersBytesMax() || bytes < 0;
    }

    long strangersBytes() {
        return strangersBytes.get();
    }

    public PendingWills wills() {
        return wills;
    }

    public void startClosing() {
        closing = true;
    }

    boolean closing() {
        return closing;
    }
}
