package io.signalbox.configuration;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import io.signalbox.transport.provider.WhenAbsent;
import io.signalbox.transports.memory.MemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A plug-in, as somebody else would write one: a transport whose server a test switches on and off. */
public final class TestServerProvider implements TransportProvider {
    private static final Setting<String> SERVER = Setting.required("server", Kinds.TEXT, "Which of the test's servers.")
            .asSecret();
    private static final Setting<Durability> GIVES =
            Setting.of("gives", Kinds.DURABILITY, "synced", "What it says of itself once it is there.");
    private static final Setting<Duration> HOLD = Setting.of(
            "hold", Kinds.duration("5ms", "1h"), "30s", "How long a publish waits for a server that is away.");
    private static final Map<String, Server> SERVERS = new ConcurrentHashMap<>();

    /** What a test does with its server. */
    public static final class Server {
        volatile boolean there;
        volatile @Nullable MemoryTransport transport;
        volatile @Nullable HoldingTransport holding;
        /** In the place of what is configured; null: that. */
        volatile @Nullable Durability gives;
        /** Thrown at whoever asks; null: nothing. */
        volatile @Nullable RuntimeException broken;
        /** Whoever opens it waits for that; null: for nothing. */
        volatile @Nullable CountDownLatch silence;

        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger opening = new AtomicInteger();

        HoldingTransport holding() {
            return Objects.requireNonNull(holding);
        }

        MemoryTransport transport() {
            return Objects.requireNonNull(transport);
        }

        public void arrives() {
            there = true;
            MemoryTransport open = transport;
            if (open != null) {
                open.faults().up();
            }
        }
    }

    public static Server server(String name) {
        return SERVERS.computeIfAbsent(name, key -> new Server());
    }

    @Override
    public String type() {
        return "test-server";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(SERVER, GIVES, HOLD);
    }

    @Override
    public List<String> urlSchemes() {
        return List.of("test");
    }

    @Override
    public String urlSetting() {
        return "server";
    }

    @Override
    public TransportPlan prepare(Settings settings) {
        return new Plan(settings.get(SERVER), settings.get(GIVES), settings.get(HOLD));
    }

    private record Plan(String name, Durability gives, Duration hold) implements TransportPlan {
        @Override
        public String endpoint() {
            return name;
        }

        @Override
        public boolean hasServer() {
            return true;
        }

        @Override
        public ServerAnswer probe(Duration timeout) throws Exception {
            if (!server(name).there) {
                throw new java.net.ConnectException("nobody at " + name);
            }
            return new ServerAnswer("Test 1.0", Duration.ofMillis(3));
        }

        @Override
        public Promise promise(Map<String, Promise> parts, Duration timeout) {
            Server server = server(name);
            if (!timeout.isZero()) {
                server.asked.incrementAndGet();
                if (server.broken != null) {
                    throw server.broken;
                }
            }
            boolean known = server.there && !timeout.isZero();
            Durability now = server.gives == null ? gives : server.gives;
            try (MemoryTransport like = MemoryTransport.open()) {
                Capabilities capabilities = new Capabilities(
                        like.capabilities().features(),
                        known ? now : Durability.ROUTED,
                        like.capabilities().payloadBytesMax());
                return Promise.between(capabilities, known ? now : Durability.SYNCED, Guarantees.of(capabilities));
            }
        }

        @Override
        public Transport open(Surroundings surroundings) {
            Server server = server(name);
            CountDownLatch silence = server.silence;
            if (silence != null) {
                server.opening.incrementAndGet();
                try {
                    silence.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            if (!server.there && surroundings.whenAbsent() == WhenAbsent.FAIL) {
                throw new SignalboxException(ReasonCode.BUSY, "nobody at " + name);
            }
            MemoryTransport transport = MemoryTransport.open(surroundings.time());
            server.transport = transport;
            if (!server.there) {
                transport.faults().down("nobody at " + name);
            }
            HoldingTransport holding =
                    new HoldingTransport(transport, hold, () -> Objects.requireNonNullElse(server.gives, gives));
            server.holding = holding;
            return holding;
        }
    }

    static Message message(String topic, String payload) {
        return Message.to(Topic.ofMqtt(topic)).payload(payload).build();
    }
}
