package io.signalbox.transports.composite;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Embedded brokers on disks in memory, for composites to be made of. */
public final class Brokers {
    static final int RECORD_BYTES_MAX = 1 << 20;

    private Brokers() {}

    public static EmbeddedBroker open() {
        return open(new SimulatedFileStore(), TimeSource.monotonic());
    }

    public static EmbeddedBroker open(SimulatedFileStore store, TimeSource time) {
        LogConfig log = LogConfig.defaults(Path.of("simulated"))
                .withSegmentBytes(256 * 1024)
                .withRecordBytesMax(RECORD_BYTES_MAX);
        try {
            return EmbeddedBroker.open(
                    BrokerConfig.DEFAULT, Log.open(log, store), RECORD_BYTES_MAX, Authorizer.ALLOW_ALL, time);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static SwitchedTransport switched() {
        return new SwitchedTransport(open());
    }
}
