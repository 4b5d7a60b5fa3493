package io.signalbox.benchmarks.load;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An MQTT server of exact topics, QoS 0 deliveries, sessions and retained messages, which does to the messages what its
 * {@link Fault} says.
 */
final class FaultyServer implements AutoCloseable {
    /** What happens to one publish. */
    interface Fault {
        /**
         * @param number of the publish since the server started, from 1
         * @param deliver gives a copy of it to all its subscribers
         */
        void on(long number, Runnable deliver);

        Fault NONE = (number, deliver) -> deliver.run();
    }

    private final Fault fault;
    private final boolean acknowledges;
    private final ServerSocket listener;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final Map<String, Set<String>> sessions = new HashMap<>();
    private final Map<String, List<byte[]>> waiting = new HashMap<>();
    private final Map<String, byte[]> retained = new HashMap<>();
    private long published;

    FaultyServer(Fault fault) throws IOException {
        this(fault, true);
    }

    FaultyServer(Fault fault, boolean acknowledges) throws IOException {
        this.fault = fault;
        this.acknowledges = acknowledges;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    String[] arguments(String more) {
        return ("-p " + listener.getLocalPort() + " --discard 0 --settle 0 " + more).split(" ");
    }

    private void accept() {
        try {
            while (true) {
                Connection connection = new Connection(listener.accept());
                connections.add(connection);
                Thread.ofPlatform().daemon().start(connection);
            }
        } catch (SocketException e) {
            // closed
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private synchronized void publish(byte[] packet, String topic, boolean retain, int payloadBytes) {
        published++;
        if (retain) {
            if (payloadBytes == 0) {
                retained.remove(topic);
            } else {
                retained.put(topic, packet);
            }
        }
        fault.on(published, () -> deliver(topic, packet));
    }

    private synchronized void deliver(String topic, byte[] packet) {
        sessions.forEach((id, topics) -> {
            if (topics.contains(topic)) {
                connections.stream()
                        .filter(c -> c.id.equals(id))
                        .findFirst()
                        .ifPresentOrElse(
                                c -> c.send(packet),
                                () -> waiting.computeIfAbsent(id, k -> new ArrayList<>())
                                        .add(packet));
            }
        });
    }

    synchronized int retainedTopics() {
        return retained.size();
    }

    synchronized int sessionsLeft() {
        return sessions.size();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Connection connection : connections) {
            connection.socket.close();
        }
    }

    private final class Connection implements Runnable {
        private final Socket socket;
        private final OutputStream out;
        private String id = "";
        private boolean clean = true;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
        }

        void send(byte[] bytes) {
            try {
                out.write(bytes);
            } catch (IOException e) {
                // the client is gone
            }
        }

        @Override
        public void run() {
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
                while (read(in)) {
                    // each turn takes one packet
                }
            } catch (EOFException | SocketException e) {
                // the client left
            } catch (IOException e) {
                throw new AssertionError(e);
            } finally {
                leave();
            }
        }

        private void leave() {
            synchronized (FaultyServer.this) {
                connections.remove(this);
                if (clean) {
                    sessions.remove(id);
                    waiting.remove(id);
                }
            }
        }

        private boolean read(DataInputStream in) throws IOException {
            int header = in.readUnsignedByte();
            int length = 0;
            int shift = 0;
            int digit;
            do {
                digit = in.readUnsignedByte();
                length |= (digit & 127) << shift;
                shift += 7;
            } while (digit > 127);
            byte[] body = in.readNBytes(length);
            switch (header >>> 4) {
                case 1 -> connect(body);
                case 3 -> onPublish(header, body);
                case 8 -> subscribe(body);
                case 12 -> send(new byte[] {(byte) 0xD0, 0});
                case 14 -> {
                    socket.close();
                    return false;
                }
                default -> {}
            }
            return true;
        }

        private void connect(byte[] body) {
            synchronized (FaultyServer.this) {
                clean = (body[7] & 2) != 0;
                id = new String(body, 12, body.length - 12, StandardCharsets.UTF_8);
                if (clean) {
                    sessions.remove(id);
                    waiting.remove(id);
                }
                boolean resumed = sessions.containsKey(id);
                send(new byte[] {0x20, 2, (byte) (resumed ? 1 : 0), 0});
                List<byte[]> kept = waiting.remove(id);
                if (kept != null) {
                    kept.forEach(this::send);
                }
            }
        }

        private void subscribe(byte[] body) {
            String filter = new String(body, 4, body.length - 5, StandardCharsets.UTF_8);
            synchronized (FaultyServer.this) {
                send(new byte[] {(byte) 0x90, 3, body[0], body[1], 0});
                sessions.computeIfAbsent(id, k -> new HashSet<>()).add(filter);
                if (filter.endsWith("#")) {
                    retained.values().forEach(this::send);
                } else if (retained.containsKey(filter)) {
                    send(retained.get(filter));
                }
            }
        }

        private void onPublish(int header, byte[] body) {
            int topicBytes = body[0] << 8 | body[1];
            String topic = new String(body, 2, topicBytes, StandardCharsets.UTF_8);
            int payloadAt = 2 + topicBytes;
            if ((header & 2) != 0) {
                if (acknowledges) {
                    send(new byte[] {0x40, 2, body[payloadAt], body[payloadAt + 1]});
                }
                payloadAt += 2;
            }
            publish(packet(body, topicBytes, payloadAt), topic, (header & 1) != 0, body.length - payloadAt);
        }

        /** The publish as it goes out, at QoS 0. */
        private static byte[] packet(byte[] body, int topicBytes, int payloadAt) {
            int length = 2 + topicBytes + body.length - payloadAt;
            byte[] packet = new byte[2 + length];
            packet[0] = 0x30;
            packet[1] = (byte) length;
            System.arraycopy(body, 0, packet, 2, 2 + topicBytes);
            System.arraycopy(body, payloadAt, packet, 4 + topicBytes, body.length - payloadAt);
            return packet;
        }
    }
}
