package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.listener.Counters;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The links of one connection that are attached. Owned by its loop. */
public final class Links {
    private final Set<LinkEnd> attached = new LinkedHashSet<>();
    private final Counters<AmqpCounter> counters;
    private boolean over;
    private boolean held;

    /** Since the last flow, something had to wait for a session's window. */
    private boolean windowClosed;

    public Links(Counters<AmqpCounter> counters) {
        this.counters = counters;
    }

    boolean areOver() {
        return over;
    }

    void add(LinkEnd link) {
        if (attached.add(link)) {
            counters.increment(AmqpCounter.LINKS);
        }
    }

    void remove(LinkEnd link) {
        if (attached.remove(link)) {
            counters.add(AmqpCounter.LINKS, -1);
        }
    }

    boolean areHeld() {
        return held;
    }

    /** The transport has more than it may hand out, or no longer. */
    public void held(boolean now) {
        held = now;
        List.copyOf(attached).forEach(link -> link.held(now));
    }

    public void writable(boolean now) {
        List.copyOf(attached).forEach(link -> link.writable(now));
    }

    void onWindowClosed() {
        windowClosed = true;
    }

    /** The client has said how much it takes. */
    public void onFlow() {
        if (windowClosed) {
            windowClosed = false;
            List.copyOf(attached).forEach(LinkEnd::windowMayBeOpen);
        }
    }

    /** The connection is gone: whoever was still to be attached comes too late. */
    public void lost() {
        over = true;
        List.copyOf(attached).forEach(LinkEnd::lost);
    }
}
