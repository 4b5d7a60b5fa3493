package io.signalbox.transports.archive;

import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of a transport that nobody can subscribe to: what is refused, the history, the end. */
class ArchiveContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW = new CapabilityRow("archive", Path.of("../../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() throws IOException {
        return new Fixture(Files.createTempDirectory("archive-tck"));
    }

    private record Fixture(Path directory, ManualTimeSource time) implements TransportFixture {
        Fixture(Path directory) {
            this(directory, new ManualTimeSource());
        }

        @Override
        public Transport open() throws IOException {
            ArchiveConfig config = ArchiveConfig.in(directory)
                    .withFlush(Duration.ofMillis(1), 100)
                    .withFiles(300, 100_000);
            return new ArchiveTransport("archive", config, time);
        }

        @Override
        public void advance(Duration step) {
            time.advance(step);
        }

        @Override
        public void close() throws IOException {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
