package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.message.OutgoingMessage;
import io.signalbox.message.Message;
import java.nio.ByteBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBufferAllocator;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.jspecify.annotations.Nullable;

/** Puts one message after the other on a link, in as many frames as it takes. Owned by the connection's loop. */
final class Sending {
    private final Sender link;
    private final Peer peer;
    private final Unsettled.Recipient recipient;
    private final boolean alwaysSettled;
    private final boolean neverSettled;

    /** Of whose frames the rest waits for room in the client's window. */
    private @Nullable OutgoingDelivery unfinished;

    private @Nullable ProtonBuffer rest;

    /** Of the delivery at hand, until its first frame has gone; null: it is settled as it goes. */
    private Unsettled.@Nullable Recipient unnoted;

    private int deliveryId;
    private boolean writing;
    private int tag;

    /** @param recipient hears how deliveries end */
    Sending(Sender link, Peer peer, Unsettled.Recipient recipient) {
        this.link = link;
        this.peer = peer;
        this.recipient = recipient;
        this.alwaysSettled = link.getSenderSettleMode() == SenderSettleMode.SETTLED;
        this.neverSettled = link.getSenderSettleMode() == SenderSettleMode.UNSETTLED;
    }

    boolean isUnfinished() {
        return unfinished != null;
    }

    /** How many deliveries are half sent: one or none. */
    int begun() {
        return isUnfinished() ? 1 : 0;
    }

    /** May another message begin? */
    boolean isReady() {
        return unfinished == null && link.isSendable();
    }

    enum Result {
        SENT_SETTLED,
        SENT,
        TOO_LARGE
    }

    /** @param id the source's; 0: settled already */
    Result send(int id, Message message, int deliveryCount, boolean redelivered) {
        ByteBuffer bytes = OutgoingMessage.write(
                message, deliveryCount, redelivered, peer.time().millis());
        UnsignedLong max = link.getRemoteMaxMessageSize();
        if (max != null && max.longValue() != 0 && Long.compareUnsigned(bytes.limit(), max.longValue()) > 0) {
            return Result.TOO_LARGE;
        }
        boolean settled = alwaysSettled || id == 0 && !neverSettled;
        OutgoingDelivery delivery = link.next();
        delivery.setTag(nextTag());
        delivery.settle(); // as far as the engine knows
        peer.counters().increment(AmqpCounter.MESSAGES_OUT);
        unnoted = settled ? null : recipient;
        deliveryId = id;
        write(delivery, ProtonByteArrayBufferAllocator.wrapped(bytes.array(), 0, bytes.limit()));
        return settled ? Result.SENT_SETTLED : Result.SENT;
    }

    /** Goes on with what is unfinished. */
    void resume() {
        OutgoingDelivery delivery = unfinished;
        ProtonBuffer bytes = rest;
        if (delivery != null && bytes != null && link.isSendable()) {
            write(delivery, bytes);
        }
    }

    /** The link is closed. */
    void forget() {
        unfinished = null;
        rest = null;
    }

    private void write(OutgoingDelivery delivery, ProtonBuffer bytes) {
        if (writing) {
            throw new IllegalStateException("in the middle of a write: the engine would count the delivery twice");
        }
        writing = true;
        peer.unsettled().writing(unnoted, deliveryId, neverSettled);
        try {
            delivery.writeBytes(bytes);
        } finally {
            writing = false;
            if (peer.unsettled().written()) {
                unnoted = null;
            }
        }
        unfinished = bytes.isReadable() ? delivery : null;
        rest = bytes.isReadable() ? bytes : null;
    }

    /** Unique among what is unsettled on the link. */
    private byte[] nextTag() {
        int number = tag++;
        return new byte[] {(byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number};
    }
}
