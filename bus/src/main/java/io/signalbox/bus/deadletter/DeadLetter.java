package io.signalbox.bus.deadletter;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that one handler, or nobody, could handle.
 *
 * @param handler the one that failed; {@link #NOBODY} when it reached none
 * @param attempts calls of the handler, over all redrives
 * @param deaths in the order of their first occurrence, at least one
 * @param redrives how often it was tried again by hand
 */
public record DeadLetter(
        String id, Envelope<?> envelope, String handler, int attempts, List<Death> deaths, int redrives) {

    public static final String NOBODY = "";

    /** Why it is here now. */
    public Reason reason() {
        Death last = deaths.getFirst();
        for (Death death : deaths) {
            if (death.lastMillis() >= last.lastMillis()) {
                last = death;
            }
        }
        return last.reason();
    }

    DeadLetter died(Reason why, int moreAttempts, long nowMillis, @Nullable Throwable error) {
        List<Death> all = new ArrayList<>(deaths);
        for (int i = 0; i < all.size(); i++) {
            Death known = all.get(i);
            if (known.reason() == why && known.handler().equals(handler)) {
                all.set(i, known.again(nowMillis, error));
                return new DeadLetter(id, envelope, handler, attempts + moreAttempts, List.copyOf(all), redrives);
            }
        }
        all.add(Death.first(handler, why, nowMillis, error));
        return new DeadLetter(id, envelope, handler, attempts + moreAttempts, List.copyOf(all), redrives);
    }

    DeadLetter edited(Object message) {
        Envelope<Object> copy = new Envelope<>(
                message, envelope.timestampMillis(), envelope.meta().withCause(envelope));
        return new DeadLetter(id, copy, handler, attempts, deaths, redrives);
    }

    DeadLetter redriven() {
        return new DeadLetter(id, envelope, handler, attempts, deaths, redrives + 1);
    }
}
