package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.handler.EventHandler;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Event;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Whoever uses none of the optional libraries needs none of them on the class path. */
class OptionalLibrariesTest {
    private static final List<String> OPTIONAL = List.of(
            "tools.jackson.",
            "io.micrometer.",
            "com.github.benmanes.",
            "jakarta.validation.",
            "io.github.resilience4j.",
            "io.opentelemetry.",
            "dev.cel.");

    public record Ask() implements Command<String> {}

    public record Told(String text) implements Event {}

    /** Runs inside of the loader that lacks the libraries. */
    public static final class Plain implements Callable<String> {
        @EventHandler
        public void told(Told told) {}

        @Override
        public String call() {
            try (Bus bus = Bus.builder().callerRuns().build();
                    Session session = bus.session("s")) {
                bus.register(this);
                bus.handle(Ask.class, ask -> {
                    bus.publish(new Told("x"));
                    return CurrentMessage.envelope().id();
                });
                return session.execute(new Ask()).isSuccess() + " "
                        + bus.ledger().event(Told.class).handled();
            }
        }
    }

    /** As {@link Plain}, but it needs one. */
    public static final class UsesCel implements Callable<String> {
        @Override
        public String call() {
            return io.signalbox.bus.filter.CelFilter.compile("true").toString();
        }
    }

    @Test
    void theBusWorksWithoutThem() throws Exception {
        assertThat(run(Plain.class)).isEqualTo("true 1");
    }

    @Test
    void theLoaderOfThisTestDoesLackThem() {
        assertThatThrownBy(() -> run(UsesCel.class))
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(NoClassDefFoundError.class);
    }

    private static String run(Class<? extends Callable<String>> type) throws Exception {
        Class<?> isolated = new Without().loadClass(type.getName());
        Object made = isolated.getDeclaredConstructor().newInstance();
        return (String) isolated.getMethod("call").invoke(made);
    }

    private static final class Without extends ClassLoader {
        Without() {
            super(OptionalLibrariesTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (OPTIONAL.stream().anyMatch(name::startsWith)) {
                throw new ClassNotFoundException(name + " is not on this class path");
            }
            if (!name.startsWith("io.signalbox.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = Objects.requireNonNull(getParent()).getResourceAsStream(file)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
