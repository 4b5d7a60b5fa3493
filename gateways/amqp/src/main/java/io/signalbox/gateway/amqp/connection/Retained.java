package io.signalbox.gateway.amqp.connection;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.gateway.amqp.frame.Violation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.qpid.protonj2.engine.Link;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a client's frames, counted and bounded before the engine sees them: of each link its attach, until both
 * sides have detached it, whether it was let in or not, and until this side has done with it, which may be waiting for the
 * transport long after the client has gone; of each delivery its tag and the sender's state; and of a link that is
 * detached, for as long as its session lasts, every delivery that is not settled. So those are settled when the detach
 * comes, without a word to the client, who has left them. Owned by the connection's loop.
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
    private @Nullable Kept arriving;
    private int links;
    private long bytes;

    /** An attach, and what the engine made of it. */
    private static final class Kept {
        final Begun session;
        int bytes;

        @Nullable
        Link<?> link;

        /** The engine has let go of it. */
        boolean gone;

        /** Nothing here works on it. */
        boolean done = true;

        Kept(Begun session, int bytes) {
            this.session = session;
            this.bytes = bytes;
        }
    }

    /** A session. */
    private static final class Begun {
        final int bytes;
        final Map<Long, Kept> handles = new HashMap<>();

        /** Detached by the client, and not yet by this side. */
        final Set<Kept> leaving = new HashSet<>();

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

    /**
     * What the engine made of the attach that it is reading.
     *
     * @return false: it is a second attach of this link
     */
    boolean attaching(Link<?> link) {
        if (link.getLinkedResource() != null) {
            return false;
        }
        Kept kept = arriving;
        link.setLinkedResource(kept);
        if (kept != null) {
            kept.link = link;
            kept.done = false;
            link.localCloseHandler(l -> onLocalDetach(kept));
        }
        return true;
    }

    /** This side waits for nothing any more that would attach this link, or refuse it. */
    void done(Link<?> link) {
        Kept kept = link.getLinkedResource(Kept.class);
        if (kept != null && !kept.done) {
            kept.done = true;
            release(kept);
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
        Begun session = byChannel.get(attach.channel());
        long handle = attach.unsignedInt(ATTACH_HANDLE);
        if (session == null || session.handles.containsKey(handle)) {
            arriving = null;
            return; // the engine does not take it
        }
        keep(attach.bytes());
        Kept kept = new Kept(session, attach.bytes());
        links++;
        arriving = kept;
        session.handles.put(handle, kept);
    }

    /** @return the link that has the handle; null: there is none */
    @Nullable
    Link<?> link(int channel, long handle) {
        Begun session = byChannel.get(channel);
        Kept kept = session == null ? null : session.handles.get(handle);
        return kept == null ? null : kept.link;
    }

    /** @return a link of that name that its client has detached, and this side has not; null: there is none */
    @Nullable
    Link<?> leaving(int channel, String name, boolean sender) {
        Begun session = byChannel.get(channel);
        if (session != null) {
            for (Kept kept : session.leaving) {
                Link<?> link = kept.link;
                if (link != null && link.isSender() == sender && link.getName().equals(name)) {
                    return link;
                }
            }
        }
        return null;
    }

    /** So much more is kept for as long as this link. */
    void keep(Link<?> link, int more) {
        Kept kept = link.getLinkedResource(Kept.class);
        if (kept != null) {
            keep(more);
            kept.bytes += more;
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

    private void onDetach(Performative detach) {
        Begun session = byChannel.get(detach.channel());
        Kept kept = session == null ? null : session.handles.remove(detach.unsignedInt(DETACH_HANDLE));
        if (kept == null) {
            return;
        }
        Link<?> link = kept.link;
        if (link != null) {
            quiet.settleAll(link, true);
            if (!link.isLocallyClosedOrDetached()) {
                kept.session.leaving.add(kept);
                return;
            }
            if (Quiet.hasUnsettled(link)) { // this side had closed it, and more has come
                keep(LEFT_BYTES);
                kept.session.leftBytes += kept.bytes + LEFT_BYTES;
                kept.bytes = 0;
            }
        }
        gone(kept);
    }

    private void onLocalDetach(Kept kept) {
        if (kept.session.leaving.remove(kept)) {
            gone(kept);
        }
    }

    private void onEnd(Performative end) {
        Begun session = byChannel.remove(end.channel());
        if (session != null) {
            bytes -= session.bytes + session.leftBytes;
            session.handles.values().forEach(this::gone);
            session.handles.clear();
            session.leaving.forEach(this::gone);
            session.leaving.clear();
        }
    }

    private void gone(Kept kept) {
        kept.gone = true;
        release(kept);
    }

    private void release(Kept kept) {
        if (kept.gone && kept.done) {
            links--;
            bytes -= kept.bytes;
        }
    }
}
