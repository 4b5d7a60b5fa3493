package io.signalbox.gateway.amqp.message;

import io.signalbox.gateway.amqp.frame.EncodedValues;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.message.Message;
import java.util.Map;

/**
 * Writes the payload as the body: as the type that an AMQP client sent, as a string if it is known to be text, as data
 * otherwise.
 */
final class OutgoingBody {
    private OutgoingBody() {}

    static void write(ValueWriter out, Message message, Map<String, Character> types) {
        byte[] payload = message.payload();
        char type = types.getOrDefault(ValueTypes.BODY, ' ');
        // Anybody may have written the type: what it names is checked, as what comes from a client is.
        if (type == ValueTypes.BODY_VALUE && isValue(payload)) {
            out.section(Section.VALUE);
            out.append(payload);
        } else if (type == ValueTypes.BODY_SEQUENCE && isSequence(payload)) {
            out.append(payload);
        } else if (isString(message, types)) {
            out.section(Section.VALUE);
            out.string(message.payloadText());
        } else {
            out.section(Section.DATA);
            out.binary(payload);
        }
    }

    /** Is the body one string? */
    static boolean isString(Message message, Map<String, Character> types) {
        return message.properties().utf8Payload() && !types.containsKey(ValueTypes.BODY) && isText(message.payload());
    }

    private static boolean isValue(byte[] payload) {
        try {
            return EncodedValues.check(payload, 0, payload.length, EncodedValues.Inspector.NONE) == payload.length;
        } catch (Violation e) {
            return false;
        }
    }

    private static boolean isSequence(byte[] payload) {
        try {
            ValueReader in = new ValueReader(payload);
            while (in.hasMore()) {
                if (in.readSection() != Section.SEQUENCE) {
                    return false;
                }
                in.skipList();
            }
            return payload.length > 0;
        } catch (Violation e) {
            return false;
        }
    }

    static boolean isText(byte[] payload) {
        try {
            new ValueReader(payload).utf8(payload.length);
            return true;
        } catch (Violation e) {
            return false;
        }
    }
}
