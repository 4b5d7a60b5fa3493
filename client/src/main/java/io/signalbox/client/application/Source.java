package io.signalbox.client.application;

import org.jspecify.annotations.Nullable;

/** Whose messages a subscription wants. */
public sealed interface Source {
    /** Everybody's, also those of clients without an identity. */
    record Anyone() implements Source {
        @Override
        public String text() {
            return "*";
        }
    }

    /** All windows of an application. */
    record Application(String uuid) implements Source {
        public Application {
            Identity unused = Identity.of(uuid);
        }

        @Override
        public String text() {
            return uuid;
        }
    }

    /** One window of it. */
    record Window(Identity identity) implements Source {
        /** With the name also where it is the uuid, which alone would be all windows. */
        @Override
        public String text() {
            return identity.qualified();
        }
    }

    static Source anyone() {
        return new Anyone();
    }

    static Source application(String uuid) {
        return new Application(uuid);
    }

    static Source window(String uuid, String name) {
        return new Window(new Identity(uuid, name));
    }

    /** As a presence document says it: {@code *}, {@code uuid} or {@code uuid/name}. */
    String text();

    default boolean matches(@Nullable Identity sender) {
        return switch (this) {
            case Anyone anyone -> true;
            case Application application -> sender != null && sender.uuid().equals(application.uuid());
            case Window window -> window.identity().equals(sender);
        };
    }
}
