package io.signalbox.transports.memory;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetters;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.CapabilityRow;
import io.signalbox.testkit.contract.TransportContract;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

class MemoryContractTest extends TransportContract {
    @RegisterExtension
    static final CapabilityRow ROW = new CapabilityRow("memory", Path.of("../../docs/transports.md"));

    @Override
    protected TransportFixture newFixture() {
        return new Fixture();
    }

    private static final class Fixture implements TransportFixture {
        private final ManualTimeSource time = new ManualTimeSource();
        private final List<MemoryTransport> opened = new ArrayList<>();
        private SimulatedFileStore store = new SimulatedFileStore();

        @Override
        public Transport open() {
            MemoryTransport transport = MemoryTransport.open(store, time);
            opened.add(transport);
            return transport;
        }

        @Override
        public boolean crash(Transport transport) {
            store = store.afterKill();
            return true;
        }

        @Override
        public void advance(Duration step) {
            time.advance(step);
        }

        @Override
        public List<Message> deadLetters(Transport transport) {
            return ((MemoryTransport) transport)
                    .broker().deadLetters().list(DeadLetters.Query.all(1_000)).stream()
                            .map(DeadLetter::message)
                            .toList();
        }

        @Override
        public void close() {
            opened.forEach(MemoryTransport::close);
        }
    }
}
