package io.signalbox.gateway.mqtt;

import io.netty.channel.Channel;
import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.listener.Gate;
import io.signalbox.gateway.listener.Listener;
import io.signalbox.gateway.listener.ListenerCounter;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.connection.ConnectionInfo;
import io.signalbox.gateway.mqtt.connection.Hall;
import io.signalbox.gateway.mqtt.connection.MqttConnection;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** MQTT 3.1.1 and 5 on one port, in front of any transport. Thread safe. */
public final class MqttGateway implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long CLOSE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final MqttConfig config;
    private final EventLoops loops;
    private final Gate gate;
    private final Counters<MqttCounter> counters = new Counters<>(MqttCounter.class);
    private final Hall hall;
    private @Nullable Listener listener;

    public MqttGateway(
            MqttConfig config,
            Transport transport,
            Authenticator authenticator,
            Authorizer authorizer,
            TimeSource time,
            EventLoops loops) {
        this.config = config;
        this.loops = loops;
        this.gate = new Gate(config.limits());
        this.hall = new Hall(config, transport, authenticator, authorizer, time, counters);
    }

    /**
     * @return the port it listens on
     * @throws IOException the port is taken, or a TLS file cannot be used
     */
    public synchronized int start() throws IOException {
        if (listener != null) {
            throw new IllegalStateException("the MQTT gateway is started already, on port " + listener.port());
        }
        listener = Listener.bind(config.host(), config.port(), config.tls(), gate, loops, this::attach);
        return listener.port();
    }

    /** Whoever gives channels to {@link #attach} lets them in here first: its limits hold at all doors together. */
    public Gate gate() {
        return gate;
    }

    /** Makes a channel that others accepted (a WebSocket's, after its handshake) speak MQTT; on the channel's loop. */
    public void attach(Channel channel) {
        MqttConnection.install(hall, channel, config.limits().connectTimeoutMillis());
    }

    public Counters<MqttCounter> counters() {
        return counters;
    }

    /** Null before {@link #start}. */
    public synchronized @Nullable Counters<ListenerCounter> listenerCounters() {
        return listener == null ? null : listener.counters();
    }

    /** The clients whose CONNECT was accepted and that are here now. */
    public List<ConnectionInfo> connections() {
        return hall.clients().stream()
                .map(MqttConnection::info)
                .filter(Objects::nonNull)
                .toList();
    }

    /** @return false if no client of that id is here */
    public boolean disconnect(String clientId) {
        MqttConnection connection = hall.byClient(clientId);
        if (connection == null) {
            return false;
        }
        connection.endFromOutside(MqttReason.ADMINISTRATIVE_ACTION, "an operator ended the connection");
        return true;
    }

    /** Ends the connections of these users: what let them in is no longer in force. */
    public void revoke(Set<String> users) {
        for (MqttConnection connection : hall.clients()) {
            ConnectionInfo info = connection.info();
            if (info != null && users.contains(info.principal())) {
                connection.endFromOutside(MqttReason.NOT_AUTHORIZED, "the right to be here was taken back");
            }
        }
    }

    /**
     * Accepts nobody more, tells every client that the server goes, publishes wills, and waits for the connections to
     * be gone and the wills to be taken, at most three seconds. Close it before the transport.
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
        List<MqttConnection> leaving = List.copyOf(hall.all());
        for (MqttConnection connection : leaving) {
            connection.endFromOutside(MqttReason.SERVER_SHUTTING_DOWN, "the server is shutting down");
        }
        for (MqttConnection connection : leaving) {
            while (!connection.ended() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(CLOSE_POLL_NANOS);
            }
        }
        hall.wills().publishAll();
        while (!hall.wills().settled() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(CLOSE_POLL_NANOS);
            hall.wills().publishAll();
        }
    }
}
