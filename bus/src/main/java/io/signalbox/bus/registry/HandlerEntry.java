package io.signalbox.bus.registry;

import io.signalbox.bus.handler.BatchConsumer;
import io.signalbox.bus.handler.BatchOptions;
import io.signalbox.bus.handler.CommandFunction;
import io.signalbox.bus.handler.EventConsumer;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.QueryFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One handler as the registry holds it. Compared by identity: one function registered twice is two handlers. */
public sealed interface HandlerEntry {
    /** The class it was registered for. */
    Class<?> type();

    /** As people read it in errors, dead letters and meters. */
    String name();

    HandlerOptions options();

    /** The same function as another handler; for one that is not registered yet. */
    HandlerEntry withName(String other);

    final class OfCommand extends Base implements HandlerEntry {
        private final CommandFunction<?, ?> function;

        public OfCommand(Class<?> type, String name, HandlerOptions options, CommandFunction<?, ?> function) {
            super(type, name, options);
            this.function = function;
        }

        public CommandFunction<?, ?> function() {
            return function;
        }

        @Override
        public OfCommand withName(String other) {
            return other.equals(name()) ? this : new OfCommand(type(), other, options(), function);
        }
    }

    final class OfQuery extends Base implements HandlerEntry {
        private final QueryFunction<?, ?> function;

        public OfQuery(Class<?> type, String name, HandlerOptions options, QueryFunction<?, ?> function) {
            super(type, name, options);
            this.function = function;
        }

        public QueryFunction<?, ?> function() {
            return function;
        }

        @Override
        public OfQuery withName(String other) {
            return other.equals(name()) ? this : new OfQuery(type(), other, options(), function);
        }
    }

    final class OfEvent extends Base implements HandlerEntry {
        private final EventConsumer<?> consumer;

        public OfEvent(Class<?> type, String name, HandlerOptions options, EventConsumer<?> consumer) {
            super(type, name, options);
            this.consumer = consumer;
        }

        public EventConsumer<?> consumer() {
            return consumer;
        }

        @Override
        public OfEvent withName(String other) {
            return other.equals(name()) ? this : new OfEvent(type(), other, options(), consumer);
        }
    }

    final class OfBatch extends Base implements HandlerEntry {
        private final BatchConsumer<?> consumer;
        private final BatchOptions batch;
        private @Nullable Object gatherer;

        public OfBatch(
                Class<?> type, String name, HandlerOptions options, BatchConsumer<?> consumer, BatchOptions batch) {
            super(type, name, options);
            this.consumer = consumer;
            this.batch = batch;
        }

        public BatchConsumer<?> consumer() {
            return consumer;
        }

        public BatchOptions batch() {
            return batch;
        }

        /** What gathers events for it, made once: it goes when the entry goes. */
        public synchronized Object gatherer(Supplier<?> maker) {
            Object made = gatherer;
            if (made == null) {
                made = maker.get();
                gatherer = made;
            }
            return made;
        }

        @Override
        public OfBatch withName(String other) {
            return other.equals(name()) ? this : new OfBatch(type(), other, options(), consumer, batch);
        }
    }

    /** What all kinds have. */
    abstract sealed class Base {
        private final Class<?> type;
        private final String name;
        private final HandlerOptions options;

        private Base(Class<?> type, String name, HandlerOptions options) {
            this.type = type;
            this.name = name;
            this.options = options;
        }

        public Class<?> type() {
            return type;
        }

        public String name() {
            return name;
        }

        public HandlerOptions options() {
            return options;
        }

        @Override
        public String toString() {
            return name + " for " + type.getName();
        }
    }
}
