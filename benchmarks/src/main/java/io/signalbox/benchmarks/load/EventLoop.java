package io.signalbox.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a run and the thread that serves them, in turns: read what came, let the publishers send, write.
 * Owned by the thread that calls it.
 */
final class EventLoop implements AutoCloseable {
    private static final int LOSSES_TOLD = 3;
    private static final long KEEP_ALIVE_NANOS = 200_000_000_000L;

    private final Plan plan;
    private final Sockets sockets;
    private final List<Client> clients = new ArrayList<>();
    private final List<Client> dirty = new ArrayList<>();
    private final List<Publisher> waiting = new ArrayList<>();
    private final List<Publisher> pumped = new ArrayList<>();
    private @Nullable Protocol protocol;
    private boolean open;
    private int ready;
    private long lostCount;
    private long lastPingNanos = System.nanoTime();

    EventLoop(Plan plan) {
        this.plan = plan;
        this.sockets = new Sockets(plan.host, plan.port, plan.payloadBytes);
    }

    /** Before the first connection. */
    void speak(Protocol language) {
        protocol = language;
    }

    Client client(String id) {
        Client client = new Client(id, clients.size(), this);
        clients.add(client);
        return client;
    }

    List<Client> clients() {
        return clients;
    }

    void markDirty(Client client) {
        dirty.add(client);
    }

    /** It may have something to send at the end of this turn. */
    void markWaiting(Publisher publisher) {
        if (!publisher.listed) {
            publisher.listed = true;
            waiting.add(publisher);
        }
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** Whether the publishers of a closed loop may send. */
    void open(boolean value) {
        open = value;
    }

    boolean isOpen() {
        return open;
    }

    void turn(long waitNanos) {
        int events = sockets.await(waitNanos);
        for (int i = 0; i < events; i++) {
            onEvent(clients.get(sockets.token(i)), sockets.flags(i));
        }
        send();
    }

    void turnsFor(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long left;
        while ((left = end - System.nanoTime()) > 0) {
            turn(Math.min(left, 50_000_000));
            keepAlive(System.nanoTime());
        }
    }

    /** Lets the publishers send, and writes. */
    void send() {
        // Sending may list a publisher again, for the next turn.
        pumped.addAll(waiting);
        waiting.clear();
        for (Publisher publisher : pumped) {
            publisher.listed = false;
            publisher.pump(open);
        }
        pumped.clear();
        flush();
    }

    private void flush() {
        for (int i = 0; i < dirty.size(); i++) {
            Client client = dirty.get(i);
            client.dirty = false;
            if (client.state != Client.State.CONNECTING) {
                flush(client);
            }
        }
        dirty.clear();
    }

    /** @return the seconds it took until all were ready; at most so many handshakes are under way at once */
    double connect(List<Client> those) {
        long start = System.nanoTime();
        int before = ready;
        int begun = 0;
        while (ready - before < those.size()) {
            while (begun < those.size() && begun - (ready - before) < plan.handshakes) {
                sockets.connect(those.get(begun++));
            }
            flush();
            turn(10_000_000);
            if (System.nanoTime() - start > plan.connectSecondsMax * 1e9) {
                throw new LoadException(String.format(
                        Locale.ROOT,
                        "only %d of %d connections are ready after %.0f s",
                        ready - before,
                        those.size(),
                        plan.connectSecondsMax));
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private Protocol protocol() {
        if (protocol == null) {
            throw new IllegalStateException("the loop was not told its protocol");
        }
        return protocol;
    }

    private void flush(Client client) {
        if (client.fd < 0) {
            return;
        }
        int result = sockets.send(client);
        if (result < 0) {
            lost(client, "errno " + -result);
        } else if (client.unsentBytes() == 0 && client.publisher != null && client.publisher.full) {
            client.publisher.full = false;
            markWaiting(client.publisher);
        }
    }

    private void onEvent(Client client, int flags) {
        if (client.fd < 0) {
            return;
        }
        if (client.state == Client.State.CONNECTING) {
            sockets.finishConnect(client);
            client.state = Client.State.HANDSHAKE;
            if (plan.webSocket) {
                client.put(WebSocketWire.request(plan.host, plan.port));
            } else {
                protocol().open(client);
            }
        } else if ((flags & Poller.OUT) != 0) {
            flush(client);
        }
        if (client.fd >= 0 && (flags & (Poller.IN | Poller.HANG_UP | Poller.ERROR)) != 0) {
            read(client);
        }
    }

    private void read(Client client) {
        int bytes = sockets.read(client);
        if (bytes <= 0) {
            if (bytes != -Libc.EAGAIN && bytes != -Libc.EINTR) {
                lost(client, bytes == 0 ? "closed by the server" : "errno " + -bytes);
            }
            return;
        }
        byte[] in = sockets.in();
        int length = client.restBytes + bytes;
        if (client.framed) {
            length = WebSocketWire.unframe(client, in, client.restBytes, length);
        } else if (plan.webSocket) {
            if (!WebSocketWire.isAnswered(in, length)) {
                client.keepRest(in, 0, length);
                return;
            }
            client.framed = true;
            client.restBytes = 0;
            protocol().open(client);
            return;
        }
        int used = protocol().parse(client, in, length, System.nanoTime());
        if (used == 0 && length == in.length) {
            throw new LoadException("a packet is larger than " + in.length + " bytes, the room for reading");
        }
        client.keepRest(in, used, length - used);
    }

    void ready(Client client) {
        client.state = Client.State.READY;
        ready++;
        if (client.publisher != null) {
            markWaiting(client.publisher);
        }
    }

    /** A loss during set-up ends the run; later ones are counted. */
    void lost(Client client, String why) {
        if (client.state != Client.State.READY) {
            throw new LoadException("connection " + client.id + " was lost during set-up: " + why);
        }
        if (lostCount++ < LOSSES_TOLD) {
            System.err.println("load: connection " + client.id + " was lost: " + why);
        }
        shut(client);
    }

    long lostCount() {
        return lostCount;
    }

    private void shut(Client client) {
        if (client.state == Client.State.READY) {
            ready--;
        }
        sockets.close(client);
        client.forget();
    }

    void disconnect(List<Client> those) {
        for (Client client : those) {
            if (client.state == Client.State.READY) {
                protocol().close(client);
            }
        }
        flush();
        for (Client client : those) {
            if (client.fd >= 0) {
                shut(client);
            }
        }
    }

    void keepAlive(long now) {
        if (now - lastPingNanos < KEEP_ALIVE_NANOS) {
            return;
        }
        lastPingNanos = now;
        for (Client client : clients) {
            if (client.state == Client.State.READY) {
                protocol().ping(client);
            }
        }
        flush();
    }

    @Override
    public void close() {
        disconnect(clients);
        sockets.close();
    }
}
