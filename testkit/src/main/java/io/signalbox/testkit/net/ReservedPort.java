package io.signalbox.testkit.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that a test starts in a process of their own, and again after a kill. A port that the operating
 * system found free may be another process's before the server listens there, or while it is down: as the near end of any
 * connection. These are none that a system gives to connections, and a lock on a file, held until this process ends,
 * keeps each from the other processes that ask here.
 */
public final class ReservedPort {
    /** Below those that Linux (from 32768), macOS and Windows (from 49152) choose from. */
    private static final int FIRST = 20_000;

    private static final int LAST = 29_999;

    /**
     * By the file that is locked; open for as long as the process lives. None of them is opened again, since a process
     * that closes a file lets go of its lock, by whichever channel.
     */
    private static final Map<Path, FileChannel> HELD = new HashMap<>();

    private ReservedPort() {}

    /** A port of the loopback interface where nobody listens. It is this process's to its end. */
    public static int next() {
        Path locks =
                Path.of(System.getProperty("java.io.tmpdir"), "signalbox-ports-" + System.getProperty("user.name"));
        // Each process begins elsewhere: it finds one at once.
        int begin = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
        return next(locks, FIRST, LAST, begin);
    }

    static synchronized int next(Path locks, int first, int last, int begin) {
        try {
            Files.createDirectories(locks);
            for (int i = 0; i <= last - first; i++) {
                int port = first + (begin - first + i) % (last - first + 1);
                if (reserve(locks.resolve(String.valueOf(port)), port)) {
                    return port;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no port can be reserved in " + locks, e);
        }
        throw new IllegalStateException("all ports from " + first + " to " + last + " are in use, see " + locks);
    }

    private static boolean reserve(Path lock, int port) throws IOException {
        if (HELD.containsKey(lock)) {
            return false;
        }
        FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null || !nobodyListens(port)) {
            channel.close();
            return false;
        }
        HELD.put(lock, channel);
        return true;
    }

    /** A server may have outlived the process that started it. */
    private static boolean nobodyListens(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
