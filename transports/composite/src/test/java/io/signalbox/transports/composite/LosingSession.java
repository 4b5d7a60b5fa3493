package io.signalbox.transports.composite;

import io.signalbox.transport.ForwardingSession;
import io.signalbox.transport.Session;

/** A session that has lost as many as a test says. */
public final class LosingSession extends ForwardingSession {
    private long lost;

    public LosingSession(Session session) {
        super(session);
    }

    /** @param now negative: it cannot tell */
    public void lost(long now) {
        lost = now;
    }

    @Override
    public long lostCount() {
        if (lost < 0) {
            throw new IllegalStateException("on purpose");
        }
        return lost;
    }
}
