package io.signalbox.transports.archive;

import io.signalbox.error.SignalboxException;
import io.signalbox.transport.StoredMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Walks over the lines of a file. A last line without its end is not there yet; one that is no message is named. */
final class ArchiveLines {
    private static final Logger LOGGER = LoggerFactory.getLogger(ArchiveLines.class);

    private ArchiveLines() {}

    /** @return false if the visitor stopped */
    static boolean visit(Path file, Predicate<StoredMessage> visitor) throws IOException {
        Optional<InputStream> opened = ArchiveFiles.open(file);
        if (opened.isEmpty()) {
            return true;
        }
        try (InputStream in = opened.get()) {
            byte[] chunk = new byte[1 << 16];
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                int from = 0;
                for (int i = 0; i < read; i++) {
                    if (chunk[i] == '\n') {
                        line.write(chunk, from, i - from);
                        from = i + 1;
                        if (!visit(file, line, visitor)) {
                            return false;
                        }
                        line.reset();
                    }
                }
                line.write(chunk, from, read - from);
            }
            return true;
        }
    }

    private static boolean visit(Path file, ByteArrayOutputStream line, Predicate<StoredMessage> visitor) {
        StoredMessage stored;
        try {
            stored = ArchiveLine.decode(line.toByteArray(), line.size());
        } catch (SignalboxException e) {
            LOGGER.warn("{}: passed over: {}", file, e.getMessage());
            return true;
        }
        return visitor.test(stored);
    }
}
