package io.signalbox.systemtests.crash;

import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * One publisher with a session that survives connections (MQTT 3.1.1, 4.4): after a reconnect it
 * sends again, in order and marked DUP, what has no acknowledgement. Runs on its own thread.
 */
final class Publisher implements Runnable {
    private static final int WINDOW = 20;

    /** A message on its way; {@code released} is true once PUBREC has come and PUBREL is owed. */
    private record InFlight(int id, Stream stream, int sequence, boolean released) {}

    private final Run run;
    private final String name;
    private final List<Stream> streams;
    private final long connectionNanosMax;
    private final Pace pace;
    private final byte[] padding;
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    private int nextId;
    private int turn;

    /**
     * @param streams served in turn
     * @param connectionNanosMax closes its connection, without a word, after as long and comes back; 0 never
     * @param pace of each publisher
     */
    Publisher(Run run, String name, List<Stream> streams, int payloadBytes, long connectionNanosMax, Pace pace) {
        this.run = run;
        this.name = name;
        this.streams = List.copyOf(streams);
        this.connectionNanosMax = connectionNanosMax == 0 ? Long.MAX_VALUE : connectionNanosMax;
        this.pace = pace;
        this.padding = Packets.text(" ".repeat(Math.max(0, payloadBytes - 12)));
    }

    @Override
    public void run() {
        while (!isDone()) {
            int port = run.awaitBroker();
            try (Connection connection =
                    Connection.open(port, Version.V3_1_1, name, 0, false, Run.READ_TIMEOUT_MILLIS)) {
                run.connected(connection);
                long began = System.nanoTime();
                sendAgain(connection);
                while (!isDone() && System.nanoTime() - began < connectionNanosMax) {
                    fillWindow(connection);
                    connection.flush();
                    takeAll(connection);
                }
            } catch (IOException e) {
                run.connectionLost(name, e);
            }
        }
    }

    private boolean isDone() {
        return run.isOver() || (run.isDraining() && inFlight.isEmpty());
    }

    private void takeAll(Connection connection) throws IOException {
        if (inFlight.isEmpty()) {
            pace.await();
        } else {
            take(connection, connection.read());
        }
        while (connection.hasInput()) {
            take(connection, connection.read());
        }
    }

    private void sendAgain(Connection connection) throws IOException {
        for (InFlight message : inFlight) {
            if (message.released) {
                connection.send(Packets.pubrel(message.id));
            } else {
                message.stream.sendAgain(message.sequence);
                connection.send(publish(message, true));
            }
        }
    }

    private void fillWindow(Connection connection) throws IOException {
        // Subscribers that lag slow the publishers: the bound of a queue is not what is tested here.
        while (inFlight.size() < WINDOW
                && !run.isDraining()
                && (inFlight.isEmpty() || !run.subscribersLag())
                && pace.mayGo()) {
            Stream stream = streams.get(turn++ % streams.size());
            nextId = nextId % 65_535 + 1;
            InFlight message = new InFlight(nextId, stream, stream.next(), false);
            connection.send(publish(message, false));
            if (stream.qos == 0) {
                stream.acknowledge(message.sequence);
                run.acknowledged();
            } else {
                inFlight.addLast(message);
            }
        }
    }

    private byte[] publish(InFlight message, boolean duplicate) {
        byte[] number = Packets.text(Integer.toString(message.sequence));
        byte[] payload = Arrays.copyOf(number, number.length + padding.length);
        System.arraycopy(padding, 0, payload, number.length, padding.length);
        Stream stream = message.stream;
        return Packets.publish(
                Version.V3_1_1, stream.topic, stream.qos, duplicate, stream.retained, message.id, payload);
    }

    private void take(Connection connection, Frame frame) throws IOException {
        switch (frame.type()) {
            case Frame.PUBACK, Frame.PUBCOMP -> settle(frame.ackedId());
            case Frame.PUBREC -> {
                release(frame.ackedId());
                connection.send(Packets.pubrel(frame.ackedId()));
                connection.flush();
            }
            default -> throw new IOException("a publisher got packet type " + frame.type());
        }
    }

    private void settle(int id) throws IOException {
        InFlight settled = inFlight.stream()
                .filter(message -> message.id == id)
                .findFirst()
                .orElseThrow(() -> new IOException("acknowledgement of the unknown id " + id));
        inFlight.remove(settled);
        settled.stream.acknowledge(settled.sequence);
        run.acknowledged();
    }

    private void release(int id) {
        List<InFlight> all = new ArrayList<>(inFlight);
        inFlight.clear();
        for (InFlight message : all) {
            inFlight.addLast(message.id == id ? new InFlight(id, message.stream, message.sequence, true) : message);
        }
    }
}
