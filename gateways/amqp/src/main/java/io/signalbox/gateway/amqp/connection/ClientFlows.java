package io.signalbox.gateway.amqp.connection;

import io.signalbox.gateway.amqp.frame.Performative;
import org.apache.qpid.protonj2.engine.Receiver;

/** What the engine would get wrong of a client's flow is written as it understands it. Owned by the connection's loop. */
final class ClientFlows {
    private static final int HANDLE = 4;
    private static final int LINK_CREDIT = 6;
    private static final int DRAIN = 8;

    private final Retained retained;
    private final ClientWindows windows;

    ClientFlows(Retained retained, ClientWindows windows) {
        this.retained = retained;
        this.windows = windows;
    }

    /** The engine sees this next. */
    void before(Performative flow) {
        flow.limitToSigned(LINK_CREDIT);
        windows.before(flow);
        if (Boolean.TRUE.equals(flow.flag(DRAIN)) && flow.unsignedInt(LINK_CREDIT) > 0 && isByPublisher(flow)) {
            flow.clear(DRAIN); // it repeats that it is asked to drain, and has not: the engine fails
        }
    }

    private boolean isByPublisher(Performative flow) {
        return retained.link(flow.channel(), flow.unsignedInt(HANDLE)) instanceof Receiver;
    }
}
