package io.signalbox.benchmarks.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Bytes from and to the server, without a thought of what they mean. Owned by the thread of the {@link EventLoop}. */
final class Sockets implements AutoCloseable {
    private static final int READ_BYTES = 512 << 10;
    private static final long TIMER_SLACK_NANOS = 1_000;

    private final String host;
    private final byte[] ip;
    private final int port;
    private final Libc libc = new Libc();
    private final Poller poller = new Poller(libc);
    /** Where the kernel reads and writes; the heap is not its. */
    private final MemorySegment io;

    private final byte[] in;

    Sockets(String host, int port, int payloadBytes) {
        this.host = host;
        this.port = port;
        int bytes = READ_BYTES + 2 * payloadBytes;
        this.io = Arena.ofAuto().allocate(bytes);
        this.in = new byte[bytes];
        try {
            this.ip = InetAddress.getByName(host).getAddress();
        } catch (UnknownHostException e) {
            throw new LoadException("no address is known for " + host);
        }
        if (ip.length != 4) {
            throw new LoadException(host + " is no IPv4 address; only those are spoken to");
        }
        libc.timerSlack(TIMER_SLACK_NANOS);
    }

    int await(long nanos) {
        return poller.await(nanos);
    }

    int token(int event) {
        return poller.token(event);
    }

    int flags(int event) {
        return poller.flags(event);
    }

    void connect(Client client) {
        int fd = libc.socket();
        if (fd < 0) {
            throw new LoadException("no socket, errno " + -fd + "; is `ulimit -n` too low?");
        }
        client.fd = fd;
        client.state = Client.State.CONNECTING;
        client.waitsForRoom = true;
        int result = libc.connect(fd, ip, port);
        if (result < 0 && result != -Libc.EINPROGRESS) {
            throw refused(-result);
        }
        poller.add(fd, client.token, Poller.IN | Poller.OUT);
    }

    void finishConnect(Client client) {
        int error = libc.connectError(client.fd);
        if (error != 0) {
            throw refused(error);
        }
        waitForRoom(client, false);
    }

    private LoadException refused(int errno) {
        return new LoadException("cannot connect to " + host + ":" + port + ", errno " + errno);
    }

    /** Writes what the kernel takes. @return 0, or the negative errno of a connection that is broken */
    int send(Client client) {
        while (client.unsentBytes() > 0) {
            int bytes = Math.min(client.unsentBytes(), in.length);
            MemorySegment.copy(client.out, client.outStart, io, ValueLayout.JAVA_BYTE, 0, bytes);
            int sent = libc.send(client.fd, io, bytes);
            if (sent == -Libc.EAGAIN) {
                waitForRoom(client, true);
                return 0;
            }
            if (sent < 0) {
                return sent;
            }
            client.outStart += sent;
        }
        client.outStart = 0;
        client.outEnd = 0;
        waitForRoom(client, false);
        return 0;
    }

    private void waitForRoom(Client client, boolean wait) {
        if (client.waitsForRoom != wait) {
            client.waitsForRoom = wait;
            poller.modify(client.fd, client.token, wait ? Poller.IN | Poller.OUT : Poller.IN);
        }
    }

    /** Reads behind what the client has left. @return bytes read into {@link #in()}, 0 at the end, or the negative errno */
    int read(Client client) {
        int kept = client.restBytes;
        int bytes = libc.read(client.fd, io, in.length - kept);
        if (bytes > 0) {
            System.arraycopy(client.rest, 0, in, 0, kept);
            MemorySegment.copy(io, ValueLayout.JAVA_BYTE, 0, in, kept, bytes);
        }
        return bytes;
    }

    byte[] in() {
        return in;
    }

    void close(Client client) {
        libc.close(client.fd);
    }

    @Override
    public void close() {
        poller.close();
    }
}
