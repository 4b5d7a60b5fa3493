package io.signalbox.gateway.amqp.connection;

import io.signalbox.gateway.amqp.frame.Performative;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.protonj2.engine.EngineHandler;
import org.apache.qpid.protonj2.engine.EngineHandlerContext;
import org.apache.qpid.protonj2.engine.OutgoingAMQPEnvelope;
import org.apache.qpid.protonj2.types.transport.Begin;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * The ids of transfers go round at 2^32 (2.8.9), and the engine keeps them as signed numbers: with the client's id before
 * 2^31 and its own behind, it takes the client's window for 2^32 frames larger than it is (2.5.6). So it is told what is
 * left of the window in numbers of its own side. Owned by the connection's loop. Hot path.
 */
final class ClientWindows implements EngineHandler {
    private static final int NEXT_INCOMING_ID = 0;
    private static final int INCOMING_WINDOW = 1;

    private final int first;

    /** Each frame that is sent is counted here. The engine takes the lowest channel that is free: it stays small. */
    private @Nullable Sent[] byLocalChannel = new @Nullable Sent[1];

    /** For flows alone. A client may take any channel. */
    private final Map<Integer, Sent> byRemoteChannel = new HashMap<>();

    /** In one session. */
    private static final class Sent {
        int nextId;

        Sent(int first) {
            nextId = first;
        }
    }

    /** @param first id of a session's first transfer; the engine has 0 */
    ClientWindows(int first) {
        this.first = first;
    }

    /** The engine sees this next. */
    void before(Performative flow) {
        Sent sent = byRemoteChannel.get(flow.channel());
        if (sent == null || sent.nextId >= 0) {
            return;
        }
        long received = flow.unsignedInt(NEXT_INCOMING_ID);
        if (received < 0 || (int) received < 0) {
            return; // absent, or on the same side
        }
        int underWay = sent.nextId - (int) received;
        if (underWay > 0) { // else it says that it has more than was sent
            long window = flow.unsignedInt(INCOMING_WINDOW);
            flow.replace(INCOMING_WINDOW, (int) Math.max(0, window - underWay));
            flow.replace(NEXT_INCOMING_ID, sent.nextId);
        }
    }

    /** The client has ended the session. */
    void ended(int remoteChannel) {
        byRemoteChannel.remove(remoteChannel);
    }

    @Override
    public void handleWrite(EngineHandlerContext context, OutgoingAMQPEnvelope envelope) {
        switch (envelope.getBody()) {
            case Transfer transfer -> {
                Sent sent = byLocalChannel[envelope.getChannel()];
                if (sent != null) {
                    sent.nextId++;
                }
            }
            case Begin begin -> begun(envelope.getChannel(), begin.getRemoteChannel());
            case End end -> byLocalChannel[envelope.getChannel()] = null;
            default -> {}
        }
        context.fireWrite(envelope);
    }

    private void begun(int localChannel, int remoteChannel) {
        if (localChannel >= byLocalChannel.length) {
            byLocalChannel = Arrays.copyOf(byLocalChannel, Math.max(localChannel + 1, 2 * byLocalChannel.length));
        }
        Sent sent = new Sent(first);
        byLocalChannel[localChannel] = sent;
        byRemoteChannel.put(remoteChannel, sent);
    }
}
