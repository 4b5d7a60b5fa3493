package io.signalbox.gateway.amqp.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import org.apache.qpid.protonj2.engine.EngineHandler;
import org.apache.qpid.protonj2.engine.EngineHandlerContext;
import org.apache.qpid.protonj2.engine.OutgoingAMQPEnvelope;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.transport.Disposition;
import org.apache.qpid.protonj2.types.transport.Role;

/**
 * Says that deliveries one after the other are accepted in one frame (2.7.6), where the engine says it of each. It waits
 * for the next frame of another kind, or the flush. Owned by the connection's loop. Hot path.
 */
final class AcceptedRanges implements EngineHandler {
    private static final int FRAME_BYTES = 30;
    private static final int LAST_BEFORE_WRAP = -1;

    private final ByteBufAllocator allocator;
    private final Consumer<ByteBuf> out;
    private boolean waits;
    private int channel;
    private Role role = Role.RECEIVER;
    private boolean settled;
    private int first;
    private int last;

    AcceptedRanges(ByteBufAllocator allocator, Consumer<ByteBuf> out) {
        this.allocator = allocator;
        this.out = out;
    }

    @Override
    public void handleWrite(EngineHandlerContext context, OutgoingAMQPEnvelope envelope) {
        if (envelope.getBody() instanceof Disposition one && one.getState() instanceof Accepted && !one.hasLast()) {
            add(envelope.getChannel(), one);
            envelope.release();
        } else {
            write();
            context.fireWrite(envelope);
        }
    }

    private void add(int onChannel, Disposition one) {
        int id = (int) one.getFirst();
        boolean next = waits
                && id == last + 1
                && last != LAST_BEFORE_WRAP
                && onChannel == channel
                && one.getRole() == role
                && one.getSettled() == settled;
        if (!next) {
            write();
            waits = true;
            channel = onChannel;
            role = one.getRole();
            settled = one.getSettled();
            first = id;
        }
        last = id;
    }

    /** What waits. */
    void write() {
        if (!waits) {
            return;
        }
        waits = false;
        ByteBuf frame = allocator.ioBuffer(FRAME_BYTES, FRAME_BYTES);
        frame.writeInt(FRAME_BYTES).writeShort(0x0200).writeShort(channel);
        frame.writeMedium(0x005315).writeShort(0xC011).writeByte(5);
        frame.writeByte(role == Role.RECEIVER ? 0x41 : 0x42);
        frame.writeByte(0x70).writeInt(first);
        frame.writeByte(0x70).writeInt(last);
        frame.writeByte(settled ? 0x41 : 0x42);
        frame.writeInt(0x00532445);
        out.accept(frame);
    }
}
