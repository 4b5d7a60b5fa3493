package io.signalbox.transports.memory;

import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code type: memory}, for trials: what it keeps ends with the process. */
public final class MemoryProvider implements TransportProvider {
    @Override
    public String type() {
        return "memory";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of();
    }

    @Override
    public TransportPlan prepare(Settings settings) {
        return new Plan();
    }

    private record Plan() implements TransportPlan {
        @Override
        public String endpoint() {
            return "";
        }

        /** Of an open one, which costs nothing and which nobody sees, but for the word on durability. */
        @Override
        public Promise promise(Map<String, Promise> parts, Duration timeout) {
            try (MemoryTransport transport = MemoryTransport.open()) {
                Capabilities of = transport.capabilities();
                Guarantees said = transport.guarantees();
                return Promise.of(
                        new Capabilities(of.features(), Durability.ROUTED, of.payloadBytesMax()),
                        new Guarantees(
                                "ROUTED: in the memory of this process, and nowhere else",
                                said.order(),
                                said.duplicates(),
                                said.lossWindow(),
                                said.retention()),
                        true);
            }
        }

        @Override
        public Transport open(Surroundings surroundings) {
            return MemoryTransport.open(new SimulatedFileStore(), surroundings.time());
        }
    }
}
