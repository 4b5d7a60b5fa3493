package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.handler.EventConsumer;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.registry.DuplicateHandlerException;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.registry.MapRegistry;
import io.signalbox.bus.registry.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RegistryTest {
    record Add(int a, int b) implements Command<Integer> {}

    /** Loaded by a class loader of its own in one test. */
    public static final class Plugin implements Event, EventConsumer<Object> {
        @Override
        public void handle(Object event) {}
    }

    record Known() implements Event {}

    @Test
    void aSecondHandlerOfACommandIsAnErrorThatNamesBoth() {
        try (Bus bus = Bus.create()) {
            bus.handle(Add.class, add -> 1, HandlerOptions.named("first"));
            assertThatThrownBy(() -> bus.handle(Add.class, add -> 2, HandlerOptions.named("second")))
                    .isInstanceOf(DuplicateHandlerException.class)
                    .hasMessageContaining(Add.class.getName())
                    .hasMessageContaining("'first'")
                    .hasMessageContaining("'second'");
            assertThat(bus.execute(new Add(1, 2)).orElseThrow()).isEqualTo(1);
        }
    }

    @Test
    void aHandlerWithoutANameIsNamedAfterThePlaceThatRegistersIt() {
        try (Bus bus = Bus.create()) {
            bus.handle(Add.class, add -> 1);
            assertThatThrownBy(() -> bus.handle(Add.class, add -> 2))
                    .hasMessageContaining("RegistryTest.aHandlerWithoutANameIsNamedAfterThePlaceThatRegistersIt:");
        }
    }

    @Test
    void theLookupIsNeverStale() {
        try (Bus bus = Bus.create()) {
            for (int i = 0; i < 100; i++) {
                int answer = i;
                assertThat(bus.execute(new Add(0, 0)).isSuccess()).isFalse();
                Registration registration = bus.handle(Add.class, add -> answer);
                assertThat(bus.execute(new Add(0, 0)).orElseThrow()).isEqualTo(answer);
                registration.close();
            }
        }
    }

    @Test
    void aPluginsClassLoaderIsFreeToGoOnceItHasUnregistered() throws Exception {
        try (Bus bus = Bus.builder().callerRuns().build()) {
            bus.subscribe(Known.class, known -> {});
            bus.subscribe(Event.class, event -> {});
            WeakReference<ClassLoader> loader = usePlugin(bus);
            await().untilAsserted(() -> {
                System.gc();
                assertThat(loader.refersTo(null)).isTrue();
            });
        }
    }

    @Test
    void aClosedBusIsFreeToGoWhateverIsAskedOfItLater() {
        WeakReference<Bus> bus = closedAndAsked();
        await().untilAsserted(() -> {
            System.gc();
            assertThat(bus.refersTo(null)).isTrue();
        });
    }

    private static WeakReference<Bus> closedAndAsked() {
        Bus bus = Bus.builder()
                .callerRuns()
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
        bus.subscribe(Known.class, known -> {
            throw new IllegalStateException("broken");
        });
        bus.handle(Add.class, add -> {
            bus.close();
            return 1;
        });
        bus.publish(new Known());
        bus.executeAsync(new Add(1, 2)).join();
        bus.close();
        bus.execute(new Add(1, 2));
        bus.executeAsync(new Add(1, 2)).join();
        bus.publish(new Known());
        String letter = bus.deadLetters().list().getFirst().id();
        bus.deadLetters().redrive(letter).join();
        bus.deadLetters().discard(letter);
        return new WeakReference<>(bus);
    }

    @SuppressWarnings("unchecked")
    private static WeakReference<ClassLoader> usePlugin(Bus bus) throws Exception {
        ClassLoader loader = new PluginLoader();
        Class<?> type = loader.loadClass(Plugin.class.getName());
        assertThat(type).isNotSameAs(Plugin.class);
        Object plugin = type.getDeclaredConstructor().newInstance();
        Registration known = bus.subscribe(Known.class, (EventConsumer<Object>) plugin);
        Registration own = bus.subscribe((Class<Object>) type, (EventConsumer<Object>) plugin);
        bus.publish(new Known());
        bus.publish((Event) plugin);
        known.close();
        own.close();
        return new WeakReference<>(loader);
    }

    private static final class PluginLoader extends ClassLoader {
        PluginLoader() {
            super(RegistryTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Plugin.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = RegistryTest.class.getResourceAsStream("RegistryTest$Plugin.class")) {
                byte[] bytes = java.util.Objects.requireNonNull(in).readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void aRegistryOfTheUsersOwnIsAskedInstead() {
        List<String> added = new ArrayList<>();
        AtomicInteger made = new AtomicInteger();
        try (Bus bus = Bus.builder()
                .registry(() -> {
                    made.incrementAndGet();
                    return new Recording(added);
                })
                .build()) {
            bus.handle(Add.class, add -> 7, HandlerOptions.named("mine"));
            assertThat(bus.execute(new Add(1, 2)).orElseThrow()).isEqualTo(7);
            assertThat(added).containsExactly("mine");
            try (Session session = bus.session("s")) {
                session.handle(Add.class, add -> 8, HandlerOptions.named("in session"));
                assertThat(session.execute(new Add(1, 2)).orElseThrow()).isEqualTo(8);
            }
            assertThat(added).containsExactly("mine", "in session");
            assertThat(made).hasValue(2);
        }
    }

    private static final class Recording implements Registry {
        private final Registry inner = new MapRegistry();
        private final List<String> added;

        Recording(List<String> added) {
            this.added = added;
        }

        @Override
        public Registration add(HandlerEntry entry) {
            added.add(entry.name());
            return inner.add(entry);
        }

        @Override
        public HandlerEntry.@Nullable OfCommand command(Class<?> type) {
            return inner.command(type);
        }

        @Override
        public List<HandlerEntry> events(Class<?> type) {
            return inner.events(type);
        }

        @Override
        public List<HandlerEntry.OfQuery> queries(Class<?> type) {
            return inner.queries(type);
        }

        @Override
        public long epoch() {
            return inner.epoch();
        }

        @Override
        public int size() {
            return inner.size();
        }
    }

    @Test
    void manySessionsWithHandlersDoNotChangeWhatALookupSees() {
        try (Bus bus = Bus.builder().callerRuns().build()) {
            bus.handle(Add.class, add -> -1);
            List<Session> sessions = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                int answer = i;
                Session session = bus.session("s" + i);
                session.handle(Add.class, add -> answer, HandlerOptions.named("h"));
                sessions.add(session);
            }
            assertThat(bus.status().registeredHandlers()).isEqualTo(10_001);
            assertThat(bus.execute(new Add(0, 0)).orElseThrow()).isEqualTo(-1);
            for (int i = 0; i < 10_000; i += 997) {
                assertThat(sessions.get(i).execute(new Add(0, 0)).orElseThrow()).isEqualTo(i);
            }
            sessions.forEach(Session::close);
            assertThat(bus.status().registeredHandlers()).isEqualTo(1);
        }
    }
}
