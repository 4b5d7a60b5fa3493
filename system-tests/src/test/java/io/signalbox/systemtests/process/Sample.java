package io.signalbox.systemtests.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server holds at one moment (Linux).
 *
 * @param heapBytes live, after a full collection
 * @param diskBytes in the files of its data folder
 * @param descriptors open
 */
public record Sample(long heapBytes, long diskBytes, long descriptors) {
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    public static Sample of(ServerProcess server) {
        return new Sample(liveHeapBytes(server), diskBytes(server), ProcFs.descriptors(server.pid()));
    }

    /** What is left on its heap by the full collection that this asks for. */
    public static long liveHeapBytes(ServerProcess server) {
        jcmd(server.pid(), "GC.run");
        Matcher used = USED.matcher(jcmd(server.pid(), "GC.heap_info"));
        if (!used.find()) {
            throw new IllegalStateException("no heap in the answer of jcmd");
        }
        return Long.parseLong(used.group(1)) * 1024;
    }

    /** In the files of its data folder. */
    public static long diskBytes(ServerProcess server) {
        return bytesIn(server.data());
    }

    private static String jcmd(long pid, String command) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try (Child child = Child.start(List.of(jcmd.toString(), Long.toString(pid), command), Map.of())) {
            int code = child.awaitExit(Duration.ofSeconds(60));
            String output = String.join("\n", child.lines());
            if (code != 0) {
                throw new IllegalStateException("jcmd " + command + " gave " + code + ": " + output);
            }
            return output;
        }
    }

    private static long bytesIn(Path folder) {
        AtomicLong bytes = new AtomicLong();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes.addAndGet(attributes.isRegularFile() ? attributes.size() : 0);
                    return FileVisitResult.CONTINUE;
                }

                /** The server removes segments and snapshots also between their listing and the look at them. */
                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException && !file.equals(folder)) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.get();
    }
}
