package io.signalbox.gateway.amqp.message;

import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes 3.2.4 of a message. */
record OutgoingProperties(Message message, Map<String, Character> types) {
    private static final int LIST = 0xD0;

    /** Of a message that says nothing about itself: its topic and when it was published. */
    void writePlain(ValueWriter out) {
        out.section(Section.PROPERTIES);
        int begin = out.beginCompound(LIST);
        out.writeNull();
        out.writeNull();
        out.string(message.topic().text());
        if (message.timestampMillis() > 0) {
            for (int field = 3; field < 8; field++) {
                out.writeNull();
            }
            times(out);
            out.endCompound(begin, 10);
        } else {
            out.endCompound(begin, 3);
        }
    }

    void write(ValueWriter out) {
        MessageProperties p = message.properties();
        Headers headers = p.headers();
        out.section(Section.PROPERTIES);
        int begin = out.beginCompound(LIST);
        id(out, ValueTypes.MESSAGE_ID, p.id());
        String user = headers.get(WireNames.USER_ID);
        if (user == null) {
            out.writeNull();
        } else {
            out.binary(user.getBytes(StandardCharsets.UTF_8));
        }
        out.string(message.topic().text());
        text(out, headers.get(WireNames.SUBJECT));
        text(out, p.replyTo());
        correlation(out, p.correlation());
        symbol(out, p.contentType());
        symbol(out, p.contentEncoding());
        times(out);
        text(out, p.orderingKey());
        String sequence = headers.get(WireNames.GROUP_SEQUENCE);
        if (sequence == null) {
            out.writeNull();
        } else {
            new Scalar(Scalar.UINT, sequence).write(out);
        }
        text(out, headers.get(WireNames.REPLY_TO_GROUP));
        out.endCompound(begin, 13);
    }

    /** Expiry and creation. */
    private void times(ValueWriter out) {
        if (message.ttlMillis() > 0) {
            out.fixed(0x83, message.timestampMillis() + message.ttlMillis(), 8);
        } else {
            out.writeNull();
        }
        if (message.timestampMillis() > 0) {
            out.fixed(0x83, message.timestampMillis(), 8);
        } else {
            out.writeNull();
        }
    }

    private void id(ValueWriter out, String name, @Nullable String id) {
        if (id == null) {
            out.writeNull();
        } else {
            new Scalar(idType(name), id).write(out);
        }
    }

    /** As its sender had it; of other protocols' bytes, those that are text become a string, as JMS likes it. */
    private void correlation(ValueWriter out, byte @Nullable [] bytes) {
        if (bytes == null) {
            out.writeNull();
            return;
        }
        char type = idType(ValueTypes.CORRELATION_ID);
        String text = type == Scalar.BINARY ? null : utf8(bytes);
        if (text == null) {
            out.binary(bytes);
        } else {
            new Scalar(type, text).write(out);
        }
    }

    /** Anybody may have written it. */
    private char idType(String name) {
        char type = types.getOrDefault(name, Scalar.STRING);
        return Scalar.isIdType(type) ? type : Scalar.STRING;
    }

    private static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static void text(ValueWriter out, @Nullable String value) {
        if (value == null) {
            out.writeNull();
        } else {
            out.string(value);
        }
    }

    /** What is not ASCII cannot be a symbol, and goes among the application properties. */
    private static void symbol(ValueWriter out, @Nullable String value) {
        if (value == null || !ValueWriter.isSymbol(value)) {
            out.writeNull();
        } else {
            out.symbol(value);
        }
    }
}
