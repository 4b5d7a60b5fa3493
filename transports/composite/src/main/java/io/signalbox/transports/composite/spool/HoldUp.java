package io.signalbox.transports.composite.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.composite.strategy.Outage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps a spool from being drained, for whoever has to see to it. Thread safe. */
final class HoldUp {
    private static final Logger LOGGER = LoggerFactory.getLogger(HoldUp.class);

    private final String target;
    private volatile @Nullable String by;
    private @Nullable ReasonCode logged;

    HoldUp(String target) {
        this.target = target;
    }

    /** What was refused last, and why; null while messages get through. */
    @Nullable
    String by() {
        return by;
    }

    /** @param all nothing is under way any more: the next one is news again */
    synchronized void isOver(boolean all) {
        by = null;
        if (all) {
            logged = null;
        }
    }

    /** An outage is in the log already; what somebody has to see to is told once for each reason. */
    synchronized void by(Message message, Refusal refusal) {
        by = message.topic() + ": " + refusal.reason().code() + ", " + refusal.detail();
        if (!Outage.is(refusal.reason()) && refusal.reason() != logged) {
            logged = refusal.reason();
            LOGGER.warn("{} holds up what is spooled for it, until it takes a message to {}", target, by);
        }
    }
}
