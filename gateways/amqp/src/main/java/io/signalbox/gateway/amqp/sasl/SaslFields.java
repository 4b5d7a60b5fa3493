package io.signalbox.gateway.amqp.sasl;

import io.signalbox.gateway.amqp.frame.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a SASL performative one after the other; that they are well formed is known already. */
final class SaslFields {
    private static final int NULL = 0x40;

    private final byte[] bytes;
    private int at;
    private int left;

    private SaslFields(byte[] bytes, int at, int left) {
        this.bytes = bytes;
        this.at = at;
        this.left = left;
    }

    /** @param at the constructor of a list */
    static SaslFields ofList(byte[] bytes, int at) {
        return switch (bytes[at] & 0xFF) {
            case 0x45 -> new SaslFields(bytes, at + 1, 0);
            case 0xC0 -> new SaslFields(bytes, at + 3, bytes[at + 2] & 0xFF);
            case 0xD0 -> new SaslFields(bytes, at + 9, bytes[at + 8] & 0xFF); // few fields: the last byte has them all
            default -> throw Violation.malformed("a SASL performative is no list");
        };
    }

    /** @throws Violation it is absent, or of another type */
    String symbol(String name) {
        byte[] symbol = variable(0xA3, 0xB3);
        if (symbol == null) {
            throw Violation.malformed("SASL init without its " + name);
        }
        return new String(symbol, StandardCharsets.ISO_8859_1);
    }

    /** @return null if it is absent */
    byte @Nullable [] binary() {
        return variable(0xA0, 0xB0);
    }

    private byte @Nullable [] variable(int shortCode, int longCode) {
        if (left == 0) {
            return null;
        }
        left--;
        int code = bytes[at++] & 0xFF;
        if (code == NULL) {
            return null;
        }
        int length;
        if (code == shortCode) {
            length = bytes[at++] & 0xFF;
        } else if (code == longCode) {
            length = (bytes[at] & 0xFF) << 24
                    | (bytes[at + 1] & 0xFF) << 16
                    | (bytes[at + 2] & 0xFF) << 8
                    | bytes[at + 3] & 0xFF;
            at += 4;
        } else {
            throw Violation.malformed("a field of a SASL performative has the type 0x" + Integer.toHexString(code));
        }
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }
}
