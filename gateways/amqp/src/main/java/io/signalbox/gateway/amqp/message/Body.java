package io.signalbox.gateway.amqp.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of a message (3.2.6 to 3.2.8), as a client sent it. Data and texts are payloads that every protocol
 * understands; of other values the payload is their encoded form, which AMQP clients get back as it was.
 */
final class Body {
    private static final byte[] EMPTY = {};

    private byte[] payload = EMPTY;

    /** From the second section on: a message may have a million of them. */
    private @Nullable ByteArrayOutputStream many;

    private boolean there;
    private boolean text;
    private char type;

    boolean isThere() {
        return there;
    }

    boolean isText() {
        return text;
    }

    byte[] payload() {
        return many == null ? payload : many.toByteArray();
    }

    void readData(ValueReader in) {
        append(in.readBinary());
    }

    void readValue(ValueReader in) {
        there = true;
        switch (in.peek()) {
            case ValueReader.NULL -> in.next();
            case 0xA0, 0xB0 -> payload = in.readBinary();
            case 0xA1, 0xB1 -> {
                payload = in.readText().getBytes(StandardCharsets.UTF_8);
                text = true;
            }
            default -> {
                int from = in.skip();
                payload = Arrays.copyOfRange(in.bytes(), from, in.at());
                type = ValueTypes.BODY_VALUE;
            }
        }
    }

    /** @param sectionFrom where the section begins, its descriptor included */
    void readSequence(ValueReader in, int sectionFrom) {
        in.skipList();
        append(Arrays.copyOfRange(in.bytes(), sectionFrom, in.at()));
        type = ValueTypes.BODY_SEQUENCE;
    }

    private void append(byte[] more) {
        if (!there) {
            payload = more;
            there = true;
            return;
        }
        if (many == null) {
            many = new ByteArrayOutputStream();
            many.writeBytes(payload);
        }
        many.writeBytes(more);
    }

    void addType(ValueTypes types) {
        if (type != 0) {
            types.add(ValueTypes.BODY, type);
        }
    }
}
