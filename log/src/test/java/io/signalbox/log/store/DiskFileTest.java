package io.signalbox.log.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFileTest {
    @TempDir
    Path folder;

    private static final Set<StandardOpenOption> OPTIONS = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

    /** Opens real channels and lets the test follow, and spoil, what they do. */
    private static final class Channels implements DiskFile.Opener {
        private final List<FileChannel> opened = new ArrayList<>();
        private int forces;
        private boolean forceIsCutOff;
        private boolean readIsInterrupted;

        @Override
        public FileChannel open(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            FileChannel real = FileChannel.open(path, options, attributes);
            opened.add(real);
            return new ForwardingChannel(real) {
                @Override
                public void force(boolean metadata) throws IOException {
                    forces++;
                    if (forceIsCutOff) {
                        // What the JDK throws instead of the device's own error when the channel was closed meanwhile.
                        close();
                        throw new AsynchronousCloseException();
                    }
                    super.force(metadata);
                }

                @Override
                public int read(ByteBuffer target, long position) throws IOException {
                    if (readIsInterrupted) {
                        readIsInterrupted = false;
                        Thread.currentThread().interrupt();
                    }
                    return super.read(target, position);
                }
            };
        }
    }

    private DiskFile file(Channels channels) throws IOException {
        Path path = folder.resolve("file");
        Files.write(path, new byte[8]);
        return new DiskFile(path, OPTIONS, new FileAttribute<?>[0], file -> {}, channels);
    }

    @Test
    void aForceWhoseOutcomeIsUnknownHasFailedAndIsNotRepeated() throws Exception {
        Channels channels = new Channels();
        try (DiskFile file = file(channels)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
            channels.forceIsCutOff = true;
            assertThatThrownBy(() -> file.force(false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not known");
            assertThat(channels.forces).isEqualTo(1);
        }
    }

    @Test
    void aPendingInterruptNeitherStopsAForceNorIsLost() throws Exception {
        Channels channels = new Channels();
        try (DiskFile file = file(channels)) {
            Thread.currentThread().interrupt();
            file.force(true);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(channels.forces).isEqualTo(1);
        }
    }

    @Test
    void aReaderThatIsInterruptedDoesNotCloseWhatIsForced() throws Exception {
        Channels channels = new Channels();
        try (DiskFile file = file(channels)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
            channels.readIsInterrupted = true;
            ByteBuffer read = ByteBuffer.allocate(8);
            assertThat(file.read(read, 0)).isEqualTo(8);
            assertThat(read.array()).startsWith(1, 2, 3);
            assertThat(Thread.interrupted()).isTrue();
            file.force(false);
            assertThat(channels.forces).isEqualTo(1);
            // The reader's that its interrupt closed, the writer's, and the reader's second.
            assertThat(channels.opened).hasSize(3);
            assertThat(channels.opened.get(1).isOpen()).isTrue();
        }
        assertThat(channels.opened).noneMatch(FileChannel::isOpen);
    }

    @Test
    void aPendingInterruptNeitherStopsAWriteNorClosesItsChannel() throws Exception {
        Channels channels = new Channels();
        try (DiskFile file = file(channels)) {
            Thread.currentThread().interrupt();
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(channels.opened).hasSize(2).allMatch(FileChannel::isOpen);
        }
    }

    @Test
    void aLargeReadOrWriteTakesNoMemoryOfItsSizeBesideTheCallers() throws Exception {
        ByteBuffer large = ByteBuffer.allocate(32 << 20);
        try (DiskFile file = file(new Channels())) {
            long before = directBytes();
            file.write(large, 0);
            assertThat(file.read(large.clear(), 0)).isEqualTo(large.capacity());
            assertThat(directBytes() - before).isLessThan(4 << 20);
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
