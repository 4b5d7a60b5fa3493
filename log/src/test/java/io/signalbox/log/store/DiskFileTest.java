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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFileTest {
    @TempDir
    Path folder;

    private static final Set<java.nio.file.StandardOpenOption> OPTIONS =
            Set.of(java.nio.file.StandardOpenOption.READ, java.nio.file.StandardOpenOption.WRITE);

    /** Opens real channels and lets the test follow, and spoil, what they do. */
    private final class Channels implements DiskFile.Opener {
        private final List<FileChannel> opened = new ArrayList<>();
        private int forces;
        private boolean forceIsCutOff;

        @Override
        public FileChannel open(
                Path path,
                Set<? extends java.nio.file.OpenOption> options,
                java.nio.file.attribute.FileAttribute<?>... attributes)
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
            };
        }
    }

    private DiskFile file(Channels channels) throws IOException {
        Path path = folder.resolve("file");
        Files.write(path, new byte[8]);
        return new DiskFile(path, OPTIONS, new java.nio.file.attribute.FileAttribute<?>[0], file -> {}, channels);
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
    void aReaderThatIsInterruptedDoesNotCloseWhatIsForcedWith() throws Exception {
        Channels channels = new Channels();
        try (DiskFile file = file(channels)) {
            file.force(false);
            Thread.currentThread().interrupt();
            assertThat(file.read(ByteBuffer.allocate(8), 0)).isEqualTo(8);
            assertThat(Thread.interrupted()).isTrue();
            file.force(false);
            assertThat(channels.forces).isEqualTo(2);
            // One that was closed by the interrupt, the one that took its place, and the one to force with.
            assertThat(channels.opened).hasSize(3);
        }
        assertThat(channels.opened).noneMatch(FileChannel::isOpen);
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
