package io.signalbox.broker.embedded;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.Broker;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetters;
import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A broker on a disk in memory, which a crash leaves as the operating system would. */
final class EmbeddedFixture implements TransportFixture {
    private static final int RECORD_BYTES_MAX = 4 << 20;

    private final ManualTimeSource time = new ManualTimeSource();
    private final List<EmbeddedBroker> opened = new ArrayList<>();
    private final BrokerConfig config;
    private @Nullable Duration probeInterval;
    SimulatedFileStore store = new SimulatedFileStore();

    EmbeddedFixture() {
        this(BrokerConfig.DEFAULT);
    }

    EmbeddedFixture(BrokerConfig config) {
        this.config = config;
    }

    /** How soon a disk that failed is tried again: for who waits for that again and again. */
    EmbeddedFixture probing(Duration every) {
        probeInterval = every;
        return this;
    }

    @Override
    public EmbeddedBroker open() throws Exception {
        LogConfig log = LogConfig.defaults(Path.of("simulated"))
                .withSegmentBytes(256 * 1024)
                .withRecordBytesMax(RECORD_BYTES_MAX);
        log = probeInterval == null ? log : log.withProbeInterval(probeInterval);
        EmbeddedBroker broker =
                EmbeddedBroker.open(config, Log.open(log, store), RECORD_BYTES_MAX, Authorizer.ALLOW_ALL, time);
        opened.add(broker);
        return broker;
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
        return ((Broker) transport)
                .deadLetters().list(DeadLetters.Query.all(1_000)).stream()
                        .map(DeadLetter::message)
                        .toList();
    }

    @Override
    public void close() {
        opened.forEach(EmbeddedBroker::close);
    }
}
