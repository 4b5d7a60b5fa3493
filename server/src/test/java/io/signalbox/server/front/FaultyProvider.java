package io.signalbox.server.front;

import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import io.signalbox.transports.memory.MemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** {@code type: faulty}: a transport that the test takes down. */
public final class FaultyProvider implements TransportProvider {
    private static final Map<String, MemoryTransport> OPENED = new ConcurrentHashMap<>();
    private static final Map<String, CountDownLatch> SLOW = new ConcurrentHashMap<>();

    /** The one of that name that was opened last. */
    public static MemoryTransport named(String name) {
        return Objects.requireNonNull(OPENED.get(name));
    }

    /** The one of that name is opened no sooner than that. */
    public static void openAfter(String name, CountDownLatch latch) {
        SLOW.put(name, latch);
    }

    @Override
    public String type() {
        return "faulty";
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

        @Override
        public ServerAnswer probe(Duration timeout) {
            return new ServerAnswer("", Duration.ZERO);
        }

        @Override
        public Promise promise(Map<String, Promise> parts, Duration timeout) {
            try (MemoryTransport like = MemoryTransport.open()) {
                return Promise.of(like.capabilities(), like.guarantees(), true);
            }
        }

        @Override
        public Transport open(Surroundings surroundings) {
            CountDownLatch slow = SLOW.get(surroundings.name());
            if (slow != null) {
                try {
                    slow.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            MemoryTransport opened = MemoryTransport.open(surroundings.time());
            OPENED.put(surroundings.name(), opened);
            return opened;
        }
    }
}
