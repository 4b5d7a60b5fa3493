package io.signalbox.gateway.amqp.sasl;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.EncodedValues;
import io.signalbox.gateway.amqp.frame.Performatives;
import io.signalbox.gateway.amqp.frame.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The five performatives of SASL (5.3), the two that a client sends read by hand: the library's decoder would remember
 * each name of a mechanism that a stranger invents.
 */
final class SaslFrames {
    private static final int TYPE_SASL = 1;
    private static final int MECHANISMS = 0x40;
    private static final int INIT = 0x41;
    private static final int CHALLENGE = 0x42;
    private static final int RESPONSE = 0x43;
    private static final int OUTCOME = 0x44;

    private SaslFrames() {}

    sealed interface FromClient {}

    /** @param response null: none, which is not an empty one */
    record Init(String mechanism, byte @Nullable [] response) implements FromClient {}

    record Response(byte[] response) implements FromClient {}

    /** @throws Violation it is neither, or not well formed */
    static FromClient read(byte[] frame) {
        int at = Performatives.bodyOffset(frame);
        if ((frame[5] & 0xFF) != TYPE_SASL) {
            throw new Violation(Condition.FRAMING_ERROR, "an AMQP frame before the SASL exchange is over");
        }
        if (EncodedValues.check(frame, at, frame.length, EncodedValues.Inspector.NONE) != frame.length
                || frame[at] != 0
                || frame.length < at + 4
                || frame[at + 1] != 0x53) {
            throw Violation.malformed("a SASL frame holds something else than one performative");
        }
        SaslFields fields = SaslFields.ofList(frame, at + 3);
        return switch (frame[at + 2] & 0xFF) {
            case INIT -> new Init(fields.symbol("mechanism"), fields.binary());
            case RESPONSE -> {
                byte[] response = fields.binary();
                if (response == null) {
                    throw Violation.malformed("a SASL response without its response");
                }
                yield new Response(response);
            }
            default ->
                throw new Violation(
                        Condition.NOT_ALLOWED,
                        "a client may send SASL init and response alone, not 0x"
                                + Integer.toHexString(frame[at + 2] & 0xFF));
        };
    }

    static ByteBuf mechanisms(List<String> names) {
        ByteBuf array = Unpooled.buffer();
        for (String name : names) {
            array.writeByte(name.length()).writeCharSequence(name, StandardCharsets.US_ASCII);
        }
        ByteBuf field = Unpooled.buffer();
        field.writeByte(0xE0).writeByte(array.readableBytes() + 2).writeByte(names.size());
        field.writeByte(0xA3).writeBytes(array);
        return frame(MECHANISMS, field);
    }

    static ByteBuf challenge(byte[] data) {
        return frame(CHALLENGE, binary(data));
    }

    static ByteBuf outcome(SaslResult.Code code, byte @Nullable [] data) {
        ByteBuf fields = Unpooled.buffer().writeByte(0x50).writeByte(code.ordinal());
        return frame(OUTCOME, data == null ? fields : fields.writeBytes(binary(data)), data == null ? 1 : 2);
    }

    private static ByteBuf binary(byte[] data) {
        return Unpooled.buffer().writeByte(0xB0).writeInt(data.length).writeBytes(data);
    }

    private static ByteBuf frame(int performative, ByteBuf fields) {
        return frame(performative, fields, 1);
    }

    private static ByteBuf frame(int performative, ByteBuf fields, int count) {
        ByteBuf frame = Unpooled.buffer();
        frame.writeInt(8 + 3 + 9 + fields.readableBytes());
        frame.writeByte(2).writeByte(TYPE_SASL).writeShort(0);
        frame.writeByte(0).writeByte(0x53).writeByte(performative);
        frame.writeByte(0xD0).writeInt(4 + fields.readableBytes()).writeInt(count);
        return frame.writeBytes(fields);
    }
}
