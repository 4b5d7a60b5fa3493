package io.signalbox.transports.archive;

import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** A configured archive that is not open. */
record ArchivePlan(ArchiveConfig config) implements TransportPlan {
    private static final int PAYLOAD_BYTES_MAX = 16 << 20;

    @Override
    public String endpoint() {
        return config.directory().toString();
    }

    @Override
    public Promise promise(Map<String, Promise> parts, Duration timeout) {
        return new OfArchive(config);
    }

    /** @param config what it is kept with */
    private record OfArchive(ArchiveConfig config) implements Promise {
        /** Those of {@link ArchiveTransport}, as its test says. */
        @Override
        public Capabilities capabilities() {
            return Capabilities.of(
                    config.acknowledge(),
                    PAYLOAD_BYTES_MAX,
                    Feature.REPLAY,
                    Feature.ORDERED,
                    Feature.RETAINED,
                    Feature.EXPIRY,
                    Feature.PRIORITY,
                    Feature.DEDUPLICATION,
                    Feature.EXACTLY_ONCE,
                    Feature.REQUEST_REPLY);
        }

        @Override
        public Guarantees guarantees(Message message) {
            return ArchiveGuarantees.of(config);
        }

        @Override
        public boolean archives(Message message) {
            return config.acknowledge().atLeast(Durability.BUFFERED);
        }
    }

    @Override
    public Transport open(Surroundings surroundings) throws IOException {
        return new ArchiveTransport(surroundings.name(), config, surroundings.time());
    }
}
