package io.signalbox.systemtests.overload;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Many raw connections that this side does not read. Owned by one thread. */
final class Sockets implements AutoCloseable {
    private static final int RECEIVE_BUFFER_BYTES = 4096;

    private enum State {
        WAITING,
        ACCEPTED,
        TURNED_AWAY
    }

    private final List<SocketChannel> channels = new ArrayList<>();
    private final List<State> states = new ArrayList<>();
    private final InetSocketAddress address;

    Sockets(int port) {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Opens as many more, and sends each the bytes of its number. */
    void open(int count, IntFunction<byte[]> greeting) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            channels.add(channel);
            states.add(State.WAITING);
            // A small window, so that a server that writes to nobody notices soon.
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
            channel.connect(address);
            ByteBuffer bytes = ByteBuffer.wrap(greeting.apply(channels.size() - 1));
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException reset) {
                // Turned away before it had said a word.
                states.set(channels.size() - 1, State.TURNED_AWAY);
            }
            channel.configureBlocking(false);
        }
    }

    /** How many have a CONNACK of success by now, and how many the server has turned away. */
    record Answers(int accepted, int turnedAway) {}

    /** Looks for first answers; those that were seen by an earlier call are counted again. */
    Answers answers() {
        ByteBuffer connack = ByteBuffer.allocate(64);
        for (int i = 0; i < channels.size(); i++) {
            if (states.get(i) == State.WAITING) {
                states.set(i, stateOf(channels.get(i), connack));
            }
        }
        return new Answers(count(State.ACCEPTED), count(State.TURNED_AWAY));
    }

    private static State stateOf(SocketChannel channel, ByteBuffer connack) {
        try {
            int read = channel.read(connack.clear());
            if (read == 0) {
                return State.WAITING;
            }
            return read >= 4 && connack.get(0) == 0x20 && connack.get(3) == 0 ? State.ACCEPTED : State.TURNED_AWAY;
        } catch (IOException reset) {
            return State.TURNED_AWAY;
        }
    }

    private int count(State state) {
        return (int) states.stream().filter(s -> s == state).count();
    }

    /** How many the server has closed; reads away what came on the others. */
    int closedByServer() {
        int closed = 0;
        ByteBuffer sink = ByteBuffer.allocate(1024);
        for (SocketChannel channel : channels) {
            try {
                int read = channel.read(sink.clear());
                while (read > 0) {
                    read = channel.read(sink.clear());
                }
                closed += read < 0 ? 1 : 0;
            } catch (IOException reset) {
                closed++;
            }
        }
        return closed;
    }

    @Override
    public void close() {
        for (SocketChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                // There is nothing left to lose.
            }
        }
    }
}
