package io.signalbox.transports.composite.spool;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetters;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.Brokers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;

/** While nothing fails, a spooled transport is the transport. */
class SpoolingContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW = new CapabilityRow("a broker with a spool", Path.of("../../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() throws IOException {
        return new Fixture(Files.createTempDirectory("spool-tck"));
    }

    private static final class Fixture implements TransportFixture {
        private final Path directory;
        private final ManualTimeSource time = new ManualTimeSource();
        private final SimulatedFileStore store = new SimulatedFileStore();
        private @Nullable EmbeddedBroker broker;

        Fixture(Path directory) {
            this.directory = directory;
        }

        @Override
        public Transport open() throws Exception {
            EmbeddedBroker opened = Brokers.open(store, time);
            broker = opened;
            return new SpoolingTransport(
                    opened, SpoolConfig.in(directory), RefusedMessages.at((message, refusal) -> {}), time);
        }

        @Override
        public void advance(Duration step) {
            time.advance(step);
        }

        @Override
        public @Nullable List<Message> deadLetters(Transport transport) {
            EmbeddedBroker current = broker;
            return current == null
                    ? null
                    : current.deadLetters().list(DeadLetters.Query.all(1_000)).stream()
                            .map(DeadLetter::message)
                            .toList();
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
