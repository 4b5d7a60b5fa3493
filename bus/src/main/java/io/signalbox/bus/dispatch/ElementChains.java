package io.signalbox.bus.dispatch;

import io.signalbox.bus.context.Frame;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.middleware.EventCall;
import io.signalbox.bus.middleware.EventChain;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.registry.HandlerEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One batch with event middlewares around each of its elements: the chain of the first element leads into that of the
 * second, and so on, and the last into the handler. So each sees its own element, may change it, keep it out of the
 * batch or fail it, lasts as long as the handler does, and hears how its element ended. What proceeds once more is
 * given to the handler alone. All on one thread.
 */
final class ElementChains {
    /** The stack that so many elements need behind a dozen middlewares is about a quarter of what threads have. */
    static final int ELEMENTS_MAX = 100;

    private final HandlerEntry.OfBatch entry;
    private final BusParts parts;
    private final List<Envelope<?>> envelopes;
    private final Handler handler;
    private final @Nullable Throwable[] errors;
    private final List<Integer> arrived = new ArrayList<>();
    private final List<Envelope<Object>> batch = new ArrayList<>();
    private final boolean[] proceeded;

    /** Calls the handler of batches. */
    interface Handler {
        /** @return why each of them failed; null for one that did not */
        List<@Nullable Throwable> call(List<Envelope<Object>> batch);
    }

    ElementChains(HandlerEntry.OfBatch entry, BusParts parts, List<Envelope<?>> envelopes, Handler handler) {
        this.entry = entry;
        this.parts = parts;
        this.envelopes = envelopes;
        this.handler = handler;
        errors = new @Nullable Throwable[envelopes.size()];
        proceeded = new boolean[envelopes.size()];
    }

    /** @return why each element failed; null for one that did not */
    @Nullable
    Throwable[] run() {
        enter(0);
        return errors;
    }

    private void enter(int index) {
        if (index == envelopes.size()) {
            callHandler();
            return;
        }
        Envelope<?> envelope = envelopes.get(index);
        EventChain<Object> chain = parts.chains().around(envelope.message().getClass(), call -> arrived(index, call));
        Throwable error = null;
        try {
            Frame.call(
                    frame -> {
                        chain.proceed(new EventCall<>(envelope.message(), envelope, entry));
                        return null;
                    },
                    envelope,
                    null);
        } catch (Throwable thrown) {
            error = thrown;
        }
        errors[index] = error;
        if (!proceeded[index]) {
            enter(index + 1);
        }
    }

    private void arrived(int index, EventCall<Object> call) throws Exception {
        Envelope<Object> element = element(call);
        Throwable error;
        if (proceeded[index]) {
            error = handler.call(List.of(element)).getFirst();
        } else {
            proceeded[index] = true;
            arrived.add(index);
            batch.add(element);
            enter(index + 1);
            error = errors[index];
        }
        switch (error) {
            case null -> {}
            case Exception exception -> throw exception;
            case Error broken -> throw broken;
            default -> throw new IllegalStateException(error);
        }
    }

    @SuppressWarnings("unchecked")
    private static Envelope<Object> element(EventCall<Object> call) {
        return (Envelope<Object>) call.envelope();
    }

    private void callHandler() {
        if (batch.isEmpty()) {
            return;
        }
        List<@Nullable Throwable> outcomes = handler.call(batch);
        for (int i = 0; i < arrived.size(); i++) {
            errors[arrived.get(i)] = outcomes.get(i);
        }
    }
}
