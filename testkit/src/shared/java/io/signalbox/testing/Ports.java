package io.signalbox.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Ports of loopback for what a test starts, kills and starts again, or wants nobody at. One that the system gives would
 * do only until it is closed: then it may be the next outgoing connection's, of whatever runs on this machine.
 */
public final class Ports {
    /** Below it are the ports of well-known servers. */
    private static final int FIRST = 20_000;
    /** Where Linux takes the ports of outgoing connections from, unless it is told otherwise; others are above that. */
    private static final int USUAL_END = 32_768;

    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final Path FOLDER =
            Path.of(System.getProperty("java.io.tmpdir"), "signalbox-ports-" + System.getProperty("user.name"));
    /** Until this process ends. */
    private static final List<FileLock> HELD = new CopyOnWriteArrayList<>();

    private Ports() {}

    /** At which nobody listens, which the system gives to nobody, and which no other test of this machine is given. */
    public static int reserve() {
        try {
            int end = end();
            if (end - FIRST < 1_000) {
                return ofTheSystem();
            }
            Files.createDirectories(FOLDER);
            int size = end - FIRST;
            int begin = ThreadLocalRandom.current().nextInt(size);
            for (int i = 0; i < size; i++) {
                int port = FIRST + (begin + i) % size;
                if (hold(port)) {
                    return port;
                }
            }
            throw new IllegalStateException("all ports from " + FIRST + " to " + end + " are taken");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int end() throws IOException {
        return Files.exists(RANGE)
                ? Integer.parseInt(Files.readString(RANGE).strip().split("\\s+", -1)[0])
                : USUAL_END;
    }

    private static int ofTheSystem() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static boolean hold(int port) throws IOException {
        FileChannel channel = FileChannel.open(
                FOLDER.resolve(Integer.toString(port)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null || !isFree(port)) {
            channel.close();
            return false;
        }
        HELD.add(lock);
        return true;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ourOwn) {
            return null;
        }
    }

    /** By nobody who knows nothing of these locks. */
    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
