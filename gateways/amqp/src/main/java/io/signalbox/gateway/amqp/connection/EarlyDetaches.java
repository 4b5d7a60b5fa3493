package io.signalbox.gateway.amqp.connection;

import io.signalbox.gateway.amqp.frame.Performative;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.qpid.protonj2.engine.Link;
import org.jspecify.annotations.Nullable;

/**
 * Detaches that come before this side has attached the link, or refused it (2.6.4). The engine could not open it any more,
 * and lets go of no link that was never open: so they wait for the answer, which the client gets, too. Owned by the
 * connection's loop.
 */
final class EarlyDetaches {
    private static final int NAME = 0;
    private static final int ATTACH_HANDLE = 1;
    private static final int ATTACH_ROLE = 2;
    private static final int DETACH_HANDLE = 0;

    private final Retained retained;
    private final Executor loop;
    private final Consumer<byte[]> engine;
    private final Map<Link<?>, Early> waiting = new IdentityHashMap<>();

    private record Early(int channel, byte[] frame) {}

    /** @param engine reads a detach whose time has come */
    EarlyDetaches(Retained retained, Executor loop, Consumer<byte[]> engine) {
        this.retained = retained;
        this.loop = loop;
        this.engine = engine;
    }

    /** @return true: the engine sees this one later */
    boolean postpones(Performative detach) {
        Link<?> link = retained.link(detach.channel(), detach.unsignedInt(DETACH_HANDLE));
        if (link == null || isAnswered(link)) {
            return false;
        }
        byte[] frame = detach.withoutPayload(); // which is none of a detach
        if (waiting.putIfAbsent(link, new Early(detach.channel(), frame)) == null) {
            retained.keep(link, frame.length);
        }
        return true;
    }

    /**
     * The handle of this attach may be one that the client has left early, which the engine would take for a second link
     * on it, or its name. That link is answered now, without a terminus as one that is refused (2.6.3), and detached by
     * both sides. So is one whose unsubscribe is still running: its client does not wait for it.
     */
    void beforeAttach(Performative attach) {
        String name = attach.text(NAME);
        boolean sender = Boolean.TRUE.equals(attach.flag(ATTACH_ROLE)); // here: it is the client who receives
        if (!waiting.isEmpty()) {
            leave(retained.link(attach.channel(), attach.unsignedInt(ATTACH_HANDLE)));
            leave(named(attach, name, sender));
        }
        Link<?> leaving = retained.leaving(attach.channel(), name, sender);
        if (leaving != null && mayOpen(leaving)) {
            leaving.close();
        }
    }

    private @Nullable Link<?> named(Performative attach, String name, boolean sender) {
        for (Map.Entry<Link<?>, Early> one : waiting.entrySet()) {
            Link<?> link = one.getKey();
            if (one.getValue().channel == attach.channel()
                    && link.isSender() == sender
                    && link.getName().equals(name)) {
                return link;
            }
        }
        return null;
    }

    private void leave(@Nullable Link<?> link) {
        Early detach = link == null ? null : waiting.remove(link);
        if (link == null || detach == null) {
            return;
        }
        boolean answered = isAnswered(link);
        if (!answered && mayOpen(link)) {
            if (link.isSender()) {
                link.setSource(null);
            }
            link.open();
        }
        engine.accept(detach.frame);
        if (!answered && link.isRemotelyClosed()) {
            link.close();
        } else if (!answered) {
            link.detach();
        }
    }

    /**
     * A link was attached, or refused, or never will be.
     *
     * @return true: the client has detached it, which the engine sees soon
     */
    boolean answered(Link<?> link) {
        boolean left = waiting.containsKey(link);
        if (left) { // not at once: the engine may be in the middle of a frame
            loop.execute(() -> {
                Early detach = waiting.remove(link);
                if (detach != null) {
                    engine.accept(detach.frame);
                }
            });
        }
        return left;
    }

    /** The client has ended a session. */
    void ended() {
        waiting.keySet().removeIf(link -> link.getSession().isRemotelyClosed());
    }

    private static boolean isAnswered(Link<?> link) {
        return link.isLocallyOpen() || link.isLocallyClosedOrDetached();
    }

    private static boolean mayOpen(Link<?> link) {
        return !link.getSession().isLocallyClosed()
                && !link.getConnection().isLocallyClosed()
                && link.getEngine().isRunning();
    }
}
