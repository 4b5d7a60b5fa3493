package io.signalbox.systemtests.wire;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * An MQTT connection to loopback with blocking reads. It keeps no session: who needs one (packet
 * identifiers, what to send again) keeps it above. Owned by one thread; only {@link #close} may be
 * called by others.
 */
public final class Connection implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final boolean sessionPresent;

    private Connection(Socket socket, byte[] connect) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024));
        this.out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
        send(connect);
        flush();
        Frame connack = read();
        if (connack.type() != Frame.CONNACK || connack.body()[1] != 0) {
            throw new IOException("not accepted: packet type " + connack.type() + ", code " + connack.body()[1]);
        }
        this.sessionPresent = (connack.body()[0] & 1) != 0;
    }

    /**
     * Connects, and returns after a CONNACK of success.
     *
     * @param readTimeoutMillis bound of every later {@link #read}, which then throws
     */
    public static Connection open(
            int port, Version version, String clientId, int keepAliveSeconds, boolean cleanStart, int readTimeoutMillis)
            throws IOException {
        return open(port, Packets.connect(version, clientId, keepAliveSeconds, cleanStart), readTimeoutMillis);
    }

    /** The same with a session that outlives the connection by so many seconds, in v5. */
    public static Connection open(
            int port, Version version, String clientId, int keepAliveSeconds, int expirySeconds, int readTimeoutMillis)
            throws IOException {
        return open(
                port, Packets.connect(version, clientId, keepAliveSeconds, false, expirySeconds), readTimeoutMillis);
    }

    /** The same with a CONNECT of the caller's. */
    public static Connection open(int port, byte[] connect, int readTimeoutMillis) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(readTimeoutMillis);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), readTimeoutMillis);
            return new Connection(socket, connect);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    public boolean sessionPresent() {
        return sessionPresent;
    }

    /** Puts a packet into the buffer; {@link #flush} sends it. */
    public void send(byte[] packet) throws IOException {
        out.write(packet);
    }

    public void flush() throws IOException {
        out.flush();
    }

    public Frame read() throws IOException {
        return Frame.read(in);
    }

    /** Whether a read would find bytes at once. */
    public boolean hasInput() throws IOException {
        return in.available() > 0;
    }

    /** Subscribes and waits for the answer; what else comes before it is an error of the caller. */
    public void subscribe(Version version, String filter, int qos) throws IOException {
        send(Packets.subscribe(version, 1, filter, qos));
        flush();
        Frame answer = read();
        int granted = answer.body()[answer.body().length - 1] & 0xff;
        if (answer.type() != Frame.SUBACK || granted != qos) {
            throw new IOException(
                    "subscribing to " + filter + " gave packet type " + answer.type() + ", code " + granted);
        }
    }

    /** Reads away what comes until the server closes the connection. */
    public void awaitEnd() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    /**
     * Goes without DISCONNECT, but with all that was sent: closing a socket with unread input resets the connection,
     * and the acknowledgements in it with it. A client with a backlog would then get the same messages for ever.
     */
    public void leave() throws IOException {
        flush();
        socket.shutdownOutput();
        awaitEnd();
    }

    public boolean isClosed() {
        return socket.isClosed();
    }

    /** Closes the socket without DISCONNECT, as a client that lost its network. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // There is nothing left to lose.
        }
    }
}
