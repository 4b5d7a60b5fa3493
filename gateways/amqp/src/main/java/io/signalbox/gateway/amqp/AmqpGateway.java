package io.signalbox.gateway.amqp;

import io.netty.channel.Channel;
import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.connection.AmqpConnection;
import io.signalbox.gateway.amqp.connection.ConnectionInfo;
import io.signalbox.gateway.amqp.connection.Hall;
import io.signalbox.gateway.amqp.delivery.QueueCensus;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.listener.Gate;
import io.signalbox.gateway.listener.Listener;
import io.signalbox.gateway.listener.ListenerCounter;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** AMQP 1.0 on one port, in front of any transport. Thread safe. */
public final class AmqpGateway implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long CLOSE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final AmqpConfig config;
    private final EventLoops loops;
    private final Gate gate;
    private final Counters<AmqpCounter> counters = new Counters<>(AmqpCounter.class);
    private final Hall hall;
    private final QueueCensus census;
    private @Nullable Listener listener;

    /** @param survey which queues the transport has; NONE if it cannot say */
    public AmqpGateway(
            AmqpConfig config,
            Transport transport,
            QueueCensus.Survey survey,
            Authenticator authenticator,
            Authorizer authorizer,
            TimeSource time,
            EventLoops loops) {
        this.config = config;
        this.loops = loops;
        this.gate = new Gate(config.listener());
        this.census = new QueueCensus(config.queues(), survey);
        this.hall = new Hall(config, transport, authenticator, authorizer, time, counters, census);
    }

    /**
     * @return the port it listens on
     * @throws IOException the port is taken, or a TLS file cannot be used
     */
    public synchronized int start() throws IOException {
        if (listener != null) {
            throw new IllegalStateException("the AMQP gateway is started already, on port " + listener.port());
        }
        census.begin();
        listener = Listener.bind(config.host(), config.port(), config.tls(), gate, loops, this::attach);
        return listener.port();
    }

    /** Whoever gives channels to {@link #attach} lets them in here first: its limits hold at all doors together. */
    public Gate gate() {
        return gate;
    }

    /** Makes a channel that others accepted (a WebSocket's, after its handshake) speak AMQP; on the channel's loop. */
    public void attach(Channel channel) {
        AmqpConnection.install(hall, channel, config.listener().connectTimeoutMillis());
    }

    public Counters<AmqpCounter> counters() {
        return counters;
    }

    /** Null before {@link #start}. */
    public synchronized @Nullable Counters<ListenerCounter> listenerCounters() {
        return listener == null ? null : listener.counters();
    }

    /** The clients that are open and here now. */
    public List<ConnectionInfo> connections() {
        return hall.all().stream()
                .map(AmqpConnection::info)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Ends the connections of these users: what let them in is no longer in force. */
    public void revoke(Set<String> users) {
        hall.all().forEach(connection -> connection.revoke(users));
    }

    /**
     * Accepts nobody more, tells every client that the server goes, and waits for the connections to be gone, at most
     * three seconds. Close it before the transport.
     */
    @Override
    public void close() {
        hall.startClosing();
        synchronized (this) {
            if (listener != null) {
                listener.close();
            }
        }
        long deadline = System.nanoTime() + CLOSE_TIMEOUT_NANOS;
        List<AmqpConnection> leaving = List.copyOf(hall.all());
        for (AmqpConnection connection : leaving) {
            connection.endFromOutside(Condition.CONNECTION_FORCED, "the server is shutting down");
        }
        for (AmqpConnection connection : leaving) {
            while (!connection.isGone() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(CLOSE_POLL_NANOS);
            }
        }
    }
}
