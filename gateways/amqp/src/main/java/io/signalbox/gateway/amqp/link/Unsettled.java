package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.gateway.amqp.frame.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.protonj2.engine.AMQPPerformativeEnvelopePool;
import org.apache.qpid.protonj2.engine.EngineHandler;
import org.apache.qpid.protonj2.engine.EngineHandlerContext;
import org.apache.qpid.protonj2.engine.OutgoingAMQPEnvelope;
import org.apache.qpid.protonj2.types.transport.Begin;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.Disposition;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.Role;
import org.apache.qpid.protonj2.types.transport.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * What is under way to a client and not settled, of all its sessions. The engine believes that each delivery is settled
 * as it goes, so that it keeps none, and never sees what the client says of them: it would note a delivery again, for as
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
    private final AMQPPerformativeEnvelopePool<OutgoingAMQPEnvelope> envelopes =
            AMQPPerformativeEnvelopePool.outgoingEnvelopePool(1);
    private @Nullable EngineHandlerContext engine;

    /** Of the delivery whose first frame comes next; null: it is settled as it goes. */
    private @Nullable Owner owner;

    private int deliveryId;

    /** A session. */
    private record Begun(int localChannel, UnsettledDeliveries deliveries) {}

    /** The link of a delivery. */
    interface Owner {
        /** Nobody waits for outcomes any more. */
        boolean isClosed();

        /**
         * A delivery has ended.
         *
         * @param outcome null, or a state that is no outcome: the client settled it without one
         */
        void onOutcome(int deliveryId, @Nullable DeliveryState outcome);
    }

    /** The next transfer begins a delivery that its receiver will settle. */
    void begin(Owner link, int id) {
        owner = link;
        deliveryId = id;
    }

    /** It has gone, or as much of it as the window takes. */
    void begun() {
        owner = null;
    }

    /**
     * The client says how deliveries ended.
     *
     * @return false: of what it sent itself, or of a session that is not known; the engine answers that
     * @throws Violation it is malformed
     */
    public boolean onDisposition(Performative disposition) {
        Begun session = byRemoteChannel.get(disposition.channel());
        if (session == null || !disposition.isByReceiver()) {
            return false;
        }
        long first = disposition.unsignedInt(FIRST);
        long last = disposition.isPresent(LAST) ? disposition.unsignedInt(LAST) : first;
        if (first < 0 || last < 0) {
            throw Violation.malformed("the deliveries of a disposition are not given as unsigned ints (2.7.6)");
        }
        DeliveryState state = states.read(disposition, STATE);
        boolean settled = disposition.isSettled();
        if (settled || Outcomes.settlement(state) != null) { // else: received so far (3.4.1)
            session.deliveries.remove((int) first, (int) last, ended);
            end(session, state, settled);
        }
        return true;
    }

    private void end(Begun session, @Nullable DeliveryState state, boolean settled) {
        try {
            for (UnsettledDeliveries.Sent one : ended) {
                if (!settled) {
                    settle(session, one.id(), state);
                }
                one.owner().onOutcome(one.deliveryId(), state);
            }
        } finally {
            ended.clear();
        }
    }

    /** The client waits for that (2.6.12). */
    private void settle(Begun session, int id, @Nullable DeliveryState state) {
        EngineHandlerContext context = engine;
        if (context != null) {
            Disposition answer = new Disposition()
                    .setRole(Role.SENDER)
                    .setFirst(Integer.toUnsignedLong(id))
                    .setSettled(true)
                    .setState(state);
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
                Begun session = new Begun(envelope.getChannel(), new UnsettledDeliveries());
                byLocalChannel.put(envelope.getChannel(), session);
                byRemoteChannel.put(begin.getRemoteChannel(), session);
            }
            case End end -> {
                Begun session = byLocalChannel.remove(envelope.getChannel());
                if (session != null) {
                    session.deliveries.clear();
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
        Owner link = owner;
        if (link != null) {
            owner = null;
            session.deliveries.add(new UnsettledDeliveries.Sent(link, id, deliveryId));
            transfer.setSettled(false);
        } else if (session.deliveries.isUnderWay(id)) {
            transfer.setSettled(false);
        }
    }
}
