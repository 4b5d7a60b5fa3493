package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.gateway.amqp.frame.Violation;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBufferAllocator;
import org.apache.qpid.protonj2.codec.CodecFactory;
import org.apache.qpid.protonj2.codec.Decoder;
import org.apache.qpid.protonj2.codec.DecoderState;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.jspecify.annotations.Nullable;

/** Reads the delivery state of a performative. Owned by the connection's loop. Hot path. */
final class RemoteStates {
    private static final int ACCEPTED = 0x24;

    private final Decoder decoder = CodecFactory.getDecoder();
    private final DecoderState decoding = decoder.newDecoderState();

    /**
     * @param performative has been checked: what the decoder sees it may remember
     * @return null if it has none
     * @throws Violation it is no delivery state
     */
    @Nullable
    DeliveryState read(Performative performative, int field) {
        int at = performative.at(field);
        if (at < 0) {
            return null;
        }
        byte[] frame = performative.frame();
        if (frame[at] == 0 && frame[at + 1] == 0x53 && frame[at + 2] == ACCEPTED) {
            return Accepted.getInstance();
        }
        ProtonBuffer bytes = ProtonByteArrayBufferAllocator.wrapped(frame, at, performative.end() - at);
        try {
            return decoder.readObject(bytes, decoding, DeliveryState.class);
        } catch (RuntimeException e) {
            throw Violation.malformed("the state of a delivery cannot be read: " + e.getMessage());
        } finally {
            decoding.reset();
        }
    }
}
