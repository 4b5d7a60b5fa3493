package io.signalbox.gateway.amqp.connection;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.gateway.amqp.frame.Violation;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.qpid.protonj2.engine.Link;
import org.jspecify.annotations.Nullable;

/**
 * What the engine keeps of a client's frames, counted and bounded before it sees them: of each link its attach, until the
 * client has detached it, whether it was let in or not; of each delivery its tag and the sender's state; and of a link
 * that is detached, for as long as its session lasts, every delivery that is not settled. So those are settled when the
 * detach comes, without a word to the client, who has left them. Owned by the connection's loop.
 */
final class Retained {
    /** Beyond the links that may be, so that each too many can be refused by itself. */
    private static final int REFUSED_MAX = 64;

    private static final long BYTES_MAX = 8L << 20;

    /** A link and a delivery, as objects. */
    private static final int LEFT_BYTES = 1_024;

    private static final int LINK_NAME_BYTES_MAX = 1_024;

    /** 2.8.7. */
    private static final int TAG_BYTES_MAX = 32;

    /** A transfer's fields, and a sender's disposition, have no use for more. */
    private static final int SENDER_BYTES_MAX = 512;

    private static final int NAME = 0;
    private static final int ATTACH_HANDLE = 1;
    private static final int TRANSFER_TAG = 2;
    private static final int DISPOSITION_ROLE = 0;
    private static final int DETACH_HANDLE = 0;

    private final int linksMax;
    private final Quiet quiet;
    private final Map<Integer, Begun> byChannel = new HashMap<>();

    /** Detaches that came before this side has attached the link, or refused it: the engine could not open it any more. */
    private final Map<Link<?>, byte[]> postponed = new IdentityHashMap<>();

    private @Nullable Kept arriving;
    private int links;
    private long bytes;

    /** An attach, and what the engine made of it. */
    private static final class Kept {
        int bytes;

        @Nullable
        Link<?> link;

        Kept(int bytes) {
            this.bytes = bytes;
        }
    }

    /** A session. */
    private static final class Begun {
        final int bytes;
        final Map<Long, Kept> handles = new HashMap<>();

        /** Of links that are detached, and that the engine keeps until the session ends. */
        long leftBytes;

        Begun(int bytes) {
            this.bytes = bytes;
        }
    }

    Retained(int linksMax, Quiet quiet) {
        this.linksMax = linksMax;
        this.quiet = quiet;
    }

    /** As many links as may be are there, and this one is not the last of them. */
    boolean isFull() {
        return links > linksMax;
    }

    /**
     * The engine sees this next.
     *
     * @throws Violation it would keep too much
     */
    void before(Performative performative) {
        switch (performative.code()) {
            case Performative.BEGIN -> onBegin(performative);
            case Performative.ATTACH -> onAttach(performative);
            case Performative.TRANSFER -> onTransfer(performative);
            case Performative.DISPOSITION -> onDisposition(performative);
            case Performative.DETACH -> onDetach(performative);
            case Performative.END -> onEnd(performative);
            default -> {}
        }
    }

    /** What the engine made of the attach that it is reading. */
    void attaching(Link<?> link) {
        if (arriving != null) {
            arriving.link = link;
        }
    }

    private void onBegin(Performative begin) {
        keep(begin.bytes());
        byChannel.putIfAbsent(begin.channel(), new Begun(begin.bytes()));
    }

    private void onAttach(Performative attach) {
        if (attach.length(NAME) > LINK_NAME_BYTES_MAX) {
            throw new Violation(
                    Condition.INVALID_FIELD, "the name of a link has at most " + LINK_NAME_BYTES_MAX + " bytes");
        }
        if (links >= linksMax + REFUSED_MAX) {
            throw new Violation(
                    Condition.RESOURCE_LIMIT_EXCEEDED,
                    links + " links of this connection are not detached, of which " + linksMax + " may be attached");
        }
        keep(attach.bytes());
        Kept kept = new Kept(attach.bytes());
        links++;
        arriving = kept;
        Begun session = byChannel.get(attach.channel());
        if (session != null) {
            session.handles.putIfAbsent(attach.unsignedInt(ATTACH_HANDLE), kept);
        }
    }

    private void keep(int more) {
        bytes += more;
        if (bytes > BYTES_MAX) {
            throw new Violation(
                    Condition.RESOURCE_LIMIT_EXCEEDED,
                    "what this connection has said of its sessions and links has more than " + BYTES_MAX + " bytes");
        }
    }

    private static void onTransfer(Performative transfer) {
        if (transfer.length(TRANSFER_TAG) > TAG_BYTES_MAX) {
            throw new Violation(
                    Condition.INVALID_FIELD, "a delivery tag has at most " + TAG_BYTES_MAX + " bytes (2.8.7)");
        }
        senderBytes(transfer);
    }

    private static void onDisposition(Performative disposition) {
        if (Boolean.FALSE.equals(disposition.flag(DISPOSITION_ROLE))) {
            senderBytes(disposition);
        }
    }

    private static void senderBytes(Performative performative) {
        if (performative.bytes() > SENDER_BYTES_MAX) {
            throw new Violation(
                    Condition.RESOURCE_LIMIT_EXCEEDED,
                    "a sender says " + performative.bytes() + " bytes of a delivery beside its message; the limit is "
                            + SENDER_BYTES_MAX);
        }
    }

    /** @return true: the link is not answered yet, and the engine sees this when it is */
    boolean postpones(Performative detach) {
        Begun session = byChannel.get(detach.channel());
        Kept kept = session == null ? null : session.handles.get(detach.unsignedInt(DETACH_HANDLE));
        Link<?> link = kept == null ? null : kept.link;
        if (kept == null || link == null || isAnswered(link)) {
            return false;
        }
        if (postponed.putIfAbsent(link, detach.frame()) == null) {
            keep(detach.bytes());
            kept.bytes += detach.bytes();
        }
        return true;
    }

    private static boolean isAnswered(Link<?> link) {
        return link.isLocallyOpen() || link.isLocallyClosedOrDetached();
    }

    boolean hasPostponed(Link<?> link) {
        return postponed.containsKey(link);
    }

    /** @return null: there is none any more */
    byte @Nullable [] takePostponed(Link<?> link) {
        return postponed.remove(link);
    }

    /** @return what is postponed of the link that has the handle of this attach; null: there is none */
    byte @Nullable [] takePostponed(Performative attach) {
        Begun session = byChannel.get(attach.channel());
        Kept kept = session == null ? null : session.handles.get(attach.unsignedInt(ATTACH_HANDLE));
        Link<?> link = kept == null ? null : kept.link;
        return link == null ? null : postponed.remove(link);
    }

    /** The engine lets go of a link that both sides have detached; of one that was never answered it does not. */
    private void onDetach(Performative detach) {
        Begun session = byChannel.get(detach.channel());
        if (session == null) {
            return;
        }
        Kept kept = session.handles.remove(detach.unsignedInt(DETACH_HANDLE));
        Link<?> link = kept == null ? null : kept.link;
        if (kept == null || link == null || !isAnswered(link)) {
            return;
        }
        quiet.settleAll(link, true);
        links--;
        if (Quiet.hasUnsettled(link)) {
            keep(LEFT_BYTES); // this side had closed it, and more has come
            session.leftBytes += kept.bytes + LEFT_BYTES;
        } else {
            bytes -= kept.bytes;
        }
    }

    private void onEnd(Performative end) {
        Begun session = byChannel.remove(end.channel());
        if (session != null) {
            bytes -= session.bytes + session.leftBytes;
            for (Kept kept : session.handles.values()) {
                links--;
                bytes -= kept.bytes;
                postponed.remove(kept.link);
            }
        }
    }
}
