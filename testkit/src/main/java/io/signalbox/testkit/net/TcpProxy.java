package io.signalbox.testkit.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A line between a client and a server on this machine that can be cut, held up and mended. Every connection through it
 * is two virtual threads that copy bytes.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocket listener;
    private final int targetPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition goesOn = lock.newCondition();
    private boolean held;
    private volatile boolean refusing;

    /** Listens on a free port of the loopback interface. */
    public TcpProxy(int targetPort) {
        this.targetPort = targetPort;
        try {
            listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("tcp-proxy").start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Ends all connections, wherever in a frame they are. New ones are accepted unless {@link #refuse} was called. */
    public void cut() {
        for (Socket socket : sockets) {
            end(socket);
        }
    }

    /** Ends new connections at once. */
    public void refuse(boolean whether) {
        refusing = whether;
    }

    /** While held, nothing passes in either direction, and nobody is told. */
    public void hold(boolean whether) {
        lock.lock();
        try {
            held = whether;
            goesOn.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    end(client);
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                // Closed, or a client that was gone already: the next one may come.
                Thread.onSpinWait();
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket();
        sockets.add(client);
        sockets.add(server);
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
        } catch (IOException e) {
            end(client);
            end(server);
            throw e;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        copy(client, server);
        copy(server, client);
    }

    private void copy(Socket from, Socket to) {
        Thread.ofVirtual().name("tcp-proxy-copy").start(() -> {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    awaitGoing();
                    out.write(buffer, 0, read);
                }
            } catch (IOException e) {
                // Cut: that is what this is for.
                Thread.onSpinWait();
            } finally {
                end(from);
                end(to);
            }
        });
    }

    private void awaitGoing() {
        lock.lock();
        try {
            while (held) {
                goesOn.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        refusing = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hold(false);
        cut();
    }
}
