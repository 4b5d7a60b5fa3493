package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.transport.Settlement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.protonj2.engine.AMQPPerformativeEnvelopePool;
import org.apache.qpid.protonj2.engine.EngineHandler;
import org.apache.qpid.protonj2.engine.EngineHandlerContext;
import org.apache.qpid.protonj2.engine.OutgoingAMQPEnvelope;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.Begin;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.Disposition;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.Role;
import org.apache.qpid.protonj2.types.transport.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * What is under way to a client and not settled, of all its sessions; and what came from it on links in mode second, that
 * it has not settled. The engine believes that each delivery is settled
 * as it goes, so that it keeps none, and never sees what the client says of any: it would note a delivery again, for as
 * long as the session lasts, each time that its frames had to wait for the window, and look for ranges of ids (2.7.6) in
 * that order, in which a range has others' deliveries in its middle, and no end when its last one is settled already.
 *
 * <p>Owned by the connection's loop. Hot path.
 */
public final class Unsettled implements EngineHandler {
    private static final int FIRST = 1;
    private static final int LAST = 2;
    private static final int STATE = 4;

    private final Map<Integer, Begun> byLocalChannel = new HashMap<>();
    private final Map<Integer, Begun> byRemoteChannel = new HashMap<>();
    private final RemoteStates states = new RemoteStates();
    private final List<UnsettledDeliveries.Sent> ended = new ArrayList<>();
    private final List<UnsettledDeliveries.Sent> forgotten = new ArrayList<>();
    private final AMQPPerformativeEnvelopePool<OutgoingAMQPEnvelope> envelopes =
            AMQPPerformativeEnvelopePool.outgoingEnvelopePool(1);
    private @Nullable EngineHandlerContext engine;

    /** Of the delivery whose first frame comes next; null: it is settled as it goes, or noted. */
    private @Nullable Recipient recipient;

    private int deliveryId;

    /** The client wants no frame of what is being written to be settled (2.7.5). */
    private boolean neverSettled;

    /** A session. */
    private record Begun(int localChannel, UnsettledDeliveries deliveries, UnsettledDeliveries published) {
        void clear() {
            deliveries.clear();
            published.clear();
        }
    }

    /** The link of a delivery. */
    interface Owner {
        /**
         * A delivery has ended.
         *
         * @param settlement null: the client settled it without a word
         */
        void onOutcome(int deliveryId, @Nullable Settlement settlement);
    }

    /** A link, as its deliveries know it: they may be noted here for longer than it lives. */
    static final class Recipient {
        private @Nullable Owner owner;

        Recipient(Owner link) {
            owner = link;
        }

        /** Nobody waits for outcomes any more. */
        void left() {
            owner = null;
        }

        @Nullable
        Owner owner() {
            return owner;
        }
    }

    /**
     * The next transfers are of one delivery.
     *
     * @param to null: they do not begin it, or it is settled as it goes; else its receiver will settle it
     */
    void writing(@Nullable Recipient to, int id, boolean never) {
        recipient = to;
        deliveryId = id;
        neverSettled = never;
    }

    /** They have gone, or as many as the window takes. @return false: none has that was to begin it */
    boolean written() {
        boolean noted = recipient == null;
        recipient = null;
        neverSettled = false;
        return noted;
    }

    /**
     * The client has begun a delivery on a link in mode second.
     *
     * @param id later than that of any in its session before
     */
    void published(int remoteChannel, Recipient by, int id) {
        Begun session = byRemoteChannel.get(remoteChannel);
        if (session != null) {
            session.published.add(new UnsettledDeliveries.Sent(by, id, id));
        }
    }

    /** It will not be settled by the client, or need not be. */
    void forget(int remoteChannel, int id) {
        Begun session = byRemoteChannel.get(remoteChannel);
        if (session != null) {
            session.published.remove(id, id, forgotten);
            forgotten.clear();
        }
    }

    /**
     * The client says how deliveries ended, or that it has heard it.
     *
     * @return false: of a session that is not known; the engine answers that
     * @throws Violation it is malformed
     */
    public boolean onDisposition(Performative disposition) {
        Begun session = byRemoteChannel.get(disposition.channel());
        if (session == null) {
            return false;
        }
        long first = disposition.unsignedInt(FIRST);
        long last = disposition.isPresent(LAST) ? disposition.unsignedInt(LAST) : first;
        if (first < 0 || last < 0) {
            throw Violation.malformed("the deliveries of a disposition are not given as unsigned ints (2.7.6)");
        }
        boolean settled = disposition.isSettled();
        if (!disposition.isByReceiver()) {
            if (settled) {
                session.published.remove((int) first, (int) last, ended);
                end(session, null, true);
            }
            return true;
        }
        DeliveryState state = states.read(disposition, STATE);
        if (Outcomes.isEnd(state) || settled) {
            session.deliveries.remove((int) first, (int) last, ended);
            end(session, state, settled);
        }
        return true;
    }

    private void end(Begun session, @Nullable DeliveryState state, boolean settled) {
        if (ended.isEmpty()) {
            return;
        }
        try {
            if (!settled) {
                settle(session, ended.getFirst().id(), ended.getLast().id(), state);
            }
            Settlement settlement = Outcomes.settlement(state);
            for (int i = 0; i < ended.size(); i++) {
                UnsettledDeliveries.Sent one = ended.get(i);
                Owner owner = one.recipient().owner();
                if (owner != null) { // it may have left because of the one before
                    owner.onOutcome(one.deliveryId(), settlement);
                }
            }
        } finally {
            ended.clear();
        }
    }

    /**
     * The client waits for that (2.6.12). Once for its whole range, of which nothing is under way any more; and of its
     * state nothing is said that it could make large.
     */
    private void settle(Begun session, int first, int last, @Nullable DeliveryState state) {
        EngineHandlerContext context = engine;
        if (context != null) {
            Disposition answer = new Disposition()
                    .setRole(Role.SENDER)
                    .setFirst(Integer.toUnsignedLong(first))
                    .setSettled(true)
                    .setState(state instanceof Accepted || state instanceof Released ? state : null);
            if (last != first) {
                answer.setLast(Integer.toUnsignedLong(last));
            }
            context.fireWrite(envelopes.take(answer, session.localChannel, null));
        }
    }

    /** The client has ended the session. */
    public void ended(int remoteChannel) {
        byRemoteChannel.remove(remoteChannel);
    }

    @Override
    public void handlerAdded(EngineHandlerContext context) {
        engine = context;
    }

    @Override
    public void handleWrite(EngineHandlerContext context, OutgoingAMQPEnvelope envelope) {
        switch (envelope.getBody()) {
            case Transfer transfer -> onTransfer(envelope.getChannel(), transfer);
            case Begin begin -> {
                Begun session = new Begun(envelope.getChannel(), new UnsettledDeliveries(), new UnsettledDeliveries());
                byLocalChannel.put(envelope.getChannel(), session);
                byRemoteChannel.put(begin.getRemoteChannel(), session);
            }
            case End end -> {
                Begun session = byLocalChannel.remove(envelope.getChannel());
                if (session != null) {
                    session.clear();
                }
            }
            default -> {}
        }
        context.fireWrite(envelope);
    }

    /** One delivery goes in several transfers, others' between them. */
    private void onTransfer(int channel, Transfer transfer) {
        Begun session = byLocalChannel.get(channel);
        if (session == null) {
            return;
        }
        int id = (int) transfer.getDeliveryId();
        Recipient to = recipient;
        if (to != null) {
            recipient = null;
            session.deliveries.add(new UnsettledDeliveries.Sent(to, id, deliveryId));
            transfer.setSettled(false);
        } else if (neverSettled || session.deliveries.isUnderWay(id)) {
            transfer.setSettled(false);
        }
    }
}
