package io.signalbox.gateway.amqp.connection;

import io.signalbox.gateway.amqp.frame.Performative;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.protonj2.engine.EngineHandler;
import org.apache.qpid.protonj2.engine.EngineHandlerContext;
import org.apache.qpid.protonj2.engine.OutgoingAMQPEnvelope;
import org.apache.qpid.protonj2.types.transport.Begin;
import org.apache.qpid.protonj2.types.transport.Disposition;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.Role;
import org.apache.qpid.protonj2.types.transport.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * A client may settle a range of deliveries, of which some are settled already, or were sent so. The engine looks for the
 * first and the last of them: without the last it goes on to whatever was sent after, without the first it does nothing. So
 * a range is narrowed to what is under way before the engine sees it. Owned by the connection's loop. Hot path.
 */
final class SettledRanges implements EngineHandler {
    private static final int FIRST = 1;
    private static final int LAST = 2;

    private final Map<Integer, UnsettledIds> byLocalChannel = new HashMap<>();
    private final Map<Integer, UnsettledIds> byRemoteChannel = new HashMap<>();

    /** @return the frame for the engine; null: there is nothing to settle */
    byte @Nullable [] narrowed(Performative disposition) {
        UnsettledIds ids = byRemoteChannel.get(disposition.channel());
        long first = disposition.unsignedInt(FIRST);
        long last = disposition.unsignedInt(LAST);
        if (ids == null || !disposition.isByReceiver() || first < 0) {
            return disposition.frame();
        }
        int from = (int) first;
        int to = last < 0 ? from : (int) last;
        byte[] frame = disposition.frame();
        if (from != to) {
            int lowest = ids.ceiling(from);
            int highest = ids.floor(to);
            if (lowest == UnsettledIds.NONE || highest < lowest) {
                return null;
            }
            from = ids.at(lowest);
            to = ids.at(highest);
            frame = disposition.withRange(from, to);
        }
        if (disposition.isSettled()) {
            ids.remove(from, to);
        }
        return frame;
    }

    void ended(int remoteChannel) {
        byRemoteChannel.remove(remoteChannel);
    }

    @Override
    public void handleWrite(EngineHandlerContext context, OutgoingAMQPEnvelope envelope) {
        switch (envelope.getBody()) {
            case Transfer transfer
            when !transfer.getSettled() -> {
                UnsettledIds ids = byLocalChannel.get(envelope.getChannel());
                if (ids != null) {
                    ids.add((int) transfer.getDeliveryId());
                }
            }
            case Disposition disposition
            when disposition.getRole() == Role.SENDER && disposition.getSettled() -> {
                UnsettledIds ids = byLocalChannel.get(envelope.getChannel());
                if (ids != null) {
                    int first = (int) disposition.getFirst();
                    ids.remove(first, disposition.hasLast() ? (int) disposition.getLast() : first);
                }
            }
            case Begin begin -> {
                UnsettledIds ids = new UnsettledIds();
                byLocalChannel.put(envelope.getChannel(), ids);
                byRemoteChannel.put(begin.getRemoteChannel(), ids);
            }
            case End end -> byLocalChannel.remove(envelope.getChannel());
            default -> {}
        }
        context.fireWrite(envelope);
    }
}
