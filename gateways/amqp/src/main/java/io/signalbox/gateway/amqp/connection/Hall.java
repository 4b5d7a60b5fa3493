package io.signalbox.gateway.amqp.connection;

import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.delivery.QueueCensus;
import io.signalbox.gateway.amqp.delivery.SharedSessions;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What all connections of a gateway share, and who is in it. Thread safe. */
public final class Hall {
    final AmqpConfig config;
    final Transport transport;
    final Authenticator authenticator;
    final Authorizer authorizer;
    final TimeSource time;
    final Counters<AmqpCounter> counters;
    final SharedSessions shared;

    private final Set<AmqpConnection> all = ConcurrentHashMap.newKeySet();

    /** Containers of which there may be one connection alone, and which it is. */
    private final ConcurrentHashMap<String, AmqpConnection> soleConnections = new ConcurrentHashMap<>();

    private volatile boolean closing;

    public Hall(
            AmqpConfig config,
            Transport transport,
            Authenticator authenticator,
            Authorizer authorizer,
            TimeSource time,
            Counters<AmqpCounter> counters,
            QueueCensus census) {
        this.config = config;
        this.transport = transport;
        this.authenticator = authenticator;
        this.authorizer = authorizer;
        this.time = time;
        this.counters = counters;
        this.shared = new SharedSessions(transport, census);
    }

    void entered(AmqpConnection connection) {
        all.add(connection);
    }

    void left(AmqpConnection connection, String containerId) {
        all.remove(connection);
        soleConnections.remove(containerId, connection);
    }

    /** @return false if the container has one already */
    boolean claim(String containerId, AmqpConnection connection) {
        return soleConnections.putIfAbsent(containerId, connection) == null;
    }

    /** Strangers included. */
    public Set<AmqpConnection> all() {
        return all;
    }

    public void startClosing() {
        closing = true;
    }

    boolean closing() {
        return closing;
    }
}
