package io.signalbox.gateway.amqp.message;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import java.nio.ByteBuffer;
import java.util.Map;

/** Writes a message in the sections of AMQP 1.0 (3.2), for one delivery of it. */
public final class OutgoingMessage {
    /** Sections without properties and payload. */
    private static final int PLAIN_BYTES = 96;

    private static final int LIST = 0xD0;

    private OutgoingMessage() {}

    /**
     * @param deliveryCount failed deliveries before this one
     * @param redelivered it may have been seen before
     * @return from 0 to its limit, over an array that is larger
     */
    public static ByteBuffer write(Message message, int deliveryCount, boolean redelivered, long nowMillis) {
        ValueWriter out = new ValueWriter(
                PLAIN_BYTES + message.sizeBytes() + message.topic().text().length());
        writeHeader(out, message, deliveryCount, redelivered, nowMillis);
        if (message.properties() == MessageProperties.NONE && !message.retain()) {
            new OutgoingProperties(message, Map.of()).writePlain(out);
            OutgoingBody.write(out, message, Map.of());
            return out.written();
        }
        Map<String, Character> types =
                ValueTypes.parse(message.properties().headers().get(ValueTypes.HEADER));
        OutgoingFields fields = OutgoingFields.of(message, types);
        fields.writeAnnotations(out);
        new OutgoingProperties(message, types).write(out);
        fields.writeApplicationProperties(out);
        OutgoingBody.write(out, message, types);
        return out.written();
    }

    private static void writeHeader(
            ValueWriter out, Message message, int deliveryCount, boolean redelivered, long nowMillis) {
        out.section(Section.HEADER);
        int begin = out.beginCompound(LIST);
        out.bool(message.guarantee() != Guarantee.AT_MOST_ONCE);
        out.fixed(0x50, message.priority(), 1);
        if (message.ttlMillis() > 0) {
            long left = message.ttlMillis() - (nowMillis - message.timestampMillis());
            out.uint(Math.clamp(left, 1, 0xFFFF_FFFFL));
        } else {
            out.writeNull();
        }
        out.bool(!redelivered);
        out.uint(deliveryCount);
        out.endCompound(begin, 5);
    }
}
