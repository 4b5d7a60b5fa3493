package io.signalbox.bus.deadletter;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that one handler, or nobody, could handle.
 *
 * @param handler name of the one that failed, with its type and session where others of its message have that name;
 *     {@link #NOBODY} when it reached none
 * @param attempts calls of the handler, over all redrives
 * @param deaths in the order of their first occurrence, at least one
 * @param redrives how often it was tried again by hand, as the message that it is
 * @param parks which events of its ordering key wait behind it: those of the class of the message that died, whatever
 *     it was edited into
 * @param durable it is kept outside of this process, too, and a later one of the same name finds it
 */
public record DeadLetter(
        String id,
        Envelope<?> envelope,
        String handler,
        int attempts,
        List<Death> deaths,
        int redrives,
        Parks parks,
        boolean durable) {

    public static final String NOBODY = "";

    /** Why it is here now. */
    public Reason reason() {
        return lastDeath().reason();
    }

    public Death lastDeath() {
        Death last = deaths.getFirst();
        for (Death death : deaths) {
            if (death.lastMillis() >= last.lastMillis()) {
                last = death;
            }
        }
        return last;
    }

    DeadLetter died(Reason why, int moreAttempts, long nowMillis, @Nullable Throwable error) {
        List<Death> all = new ArrayList<>(deaths);
        for (int i = 0; i < all.size(); i++) {
            Death known = all.get(i);
            if (known.reason() == why && known.handler().equals(handler)) {
                all.set(i, known.again(nowMillis, error));
                return new DeadLetter(
                        id, envelope, handler, attempts + moreAttempts, List.copyOf(all), redrives, parks, durable);
            }
        }
        all.add(Death.first(handler, why, nowMillis, error));
        return new DeadLetter(
                id, envelope, handler, attempts + moreAttempts, List.copyOf(all), redrives, parks, durable);
    }

    /** No handler here has said yet what class its message is to be read as, or what it parks. */
    boolean isUnread() {
        return hasUnreadMessage() || parks instanceof Parks.Named;
    }

    boolean hasUnreadMessage() {
        return envelope.message() instanceof UnreadMessage;
    }

    /** The same letter around another form of its message. */
    public DeadLetter withEnvelope(Envelope<?> other) {
        return new DeadLetter(id, other, handler, attempts, deaths, redrives, parks, durable);
    }

    /** The same letter, when it is known what it parks. */
    public DeadLetter withParks(Class<?> type) {
        return new DeadLetter(id, envelope, handler, attempts, deaths, redrives, new Parks.Of(type), durable);
    }

    /** It parks what the same letter did before this death. */
    DeadLetter parkingAs(DeadLetter before) {
        return new DeadLetter(id, envelope, handler, attempts, deaths, redrives, before.parks, durable);
    }

    DeadLetter withDurable(boolean value) {
        return new DeadLetter(id, envelope, handler, attempts, deaths, redrives, parks, value);
    }

    DeadLetter edited(Object message, String ownId) {
        Envelope<Object> copy = new Envelope<>(
                message, envelope.timestampMillis(), envelope.meta().withCause(envelope), ownId);
        return new DeadLetter(id, copy, handler, attempts, deaths, 1, parks, durable);
    }

    DeadLetter redriven() {
        return new DeadLetter(id, envelope, handler, attempts, deaths, redrives + 1, parks, durable);
    }
}
