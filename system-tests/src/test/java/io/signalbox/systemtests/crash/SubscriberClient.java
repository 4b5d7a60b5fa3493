package io.signalbox.systemtests.crash;

import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One subscriber with a persistent session, that acknowledges what it gets and keeps the
 * identifiers of QoS 2 messages until their PUBREL (MQTT 3.1.1, 4.3.3, method B: the
 * message counts when PUBLISH comes). Runs on its own thread.
 */
final class SubscriberClient implements Runnable {
    private static final int ACKS_HELD_MAX = 64;

    private final Run run;
    private final String name;
    private final String filter;
    private final int qos;
    private final int connectionMessagesMax;
    private final Map<String, Arrivals> arrivals;
    private final Set<Integer> unreleased = new HashSet<>();
    private boolean subscribed;

    /**
     * @param connectionMessagesMax closes its connection after as many messages and comes back; 0 never
     * @param arrivals by {@link Stream#key}
     */
    SubscriberClient(
            Run run, String name, String filter, int qos, int connectionMessagesMax, Map<String, Arrivals> arrivals) {
        this.run = run;
        this.name = name;
        this.filter = filter;
        this.qos = qos;
        this.connectionMessagesMax = connectionMessagesMax;
        this.arrivals = Map.copyOf(arrivals);
    }

    @Override
    public void run() {
        while (!run.isOver()) {
            int port = run.awaitBroker();
            try (Connection connection =
                    Connection.open(port, Version.V3_1_1, name, 0, false, Run.READ_TIMEOUT_MILLIS)) {
                run.connected(connection);
                arrivals.values().forEach(Arrivals::connectionBegins);
                resume(connection);
                receive(connection);
            } catch (IOException e) {
                run.connectionLost(name, e);
            }
        }
    }

    private void resume(Connection connection) throws IOException {
        if (connection.sessionPresent()) {
            return;
        }
        if (subscribed) {
            run.sessionLost(name);
            unreleased.clear();
        }
        connection.subscribe(Version.V3_1_1, filter, qos);
        if (!subscribed) {
            subscribed = true;
            run.subscribed();
        }
    }

    private void receive(Connection connection) throws IOException {
        for (int messages = 0; connectionMessagesMax == 0 || messages < connectionMessagesMax; messages++) {
            if (run.isOver()) {
                return;
            }
            take(connection, connection.read());
            if (!connection.hasInput() || messages % ACKS_HELD_MAX == 0) {
                connection.flush();
            }
        }
        connection.leave();
    }

    private void take(Connection connection, Frame frame) throws IOException {
        switch (frame.type()) {
            case Frame.PUBLISH -> {
                switch (frame.qos()) {
                    case 0 -> count(frame);
                    case 1 -> {
                        count(frame);
                        connection.send(Packets.puback(frame.publishId()));
                    }
                    default -> {
                        if (unreleased.add(frame.publishId())) {
                            count(frame);
                        }
                        connection.send(Packets.pubrec(frame.publishId()));
                    }
                }
            }
            case Frame.PUBREL -> {
                unreleased.remove(frame.ackedId());
                connection.send(Packets.pubcomp(frame.ackedId()));
            }
            default -> throw new IOException("a subscriber got packet type " + frame.type());
        }
    }

    private void count(Frame frame) throws IOException {
        Arrivals stream = arrivals.get(Stream.key(frame.topic(), frame.qos()));
        if (stream == null) {
            throw new IOException("a foreign message: " + Stream.key(frame.topic(), frame.qos()));
        }
        String text = new String(frame.payload(Version.V3_1_1), StandardCharsets.UTF_8);
        stream.arrived(Integer.parseInt(text.strip()), frame.isDuplicate());
    }
}
