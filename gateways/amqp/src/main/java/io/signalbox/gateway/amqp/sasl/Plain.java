package io.signalbox.gateway.amqp.sasl;

import io.signalbox.gateway.amqp.frame.Violation;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The one message of SASL PLAIN (RFC 4616): who to act as, who speaks, and the password, with a zero byte between each.
 *
 * @param authorizationId who to act as; empty: who speaks
 */
record Plain(String authorizationId, String userName, byte[] password) {

    /** @throws Violation it is not three parts of UTF-8 */
    static Plain read(byte[] message) {
        int first = zero(message, 0);
        int second = zero(message, first + 1);
        return new Plain(
                text(message, 0, first),
                text(message, first + 1, second),
                Arrays.copyOfRange(message, second + 1, message.length));
    }

    private static int zero(byte[] message, int from) {
        for (int i = from; i < message.length; i++) {
            if (message[i] == 0) {
                return i;
            }
        }
        throw Violation.malformed("SASL PLAIN has three parts with a zero byte between them (RFC 4616, 2)");
    }

    private static String text(byte[] message, int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(message, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Violation.malformed("a name in SASL PLAIN is not UTF-8");
        }
    }
}
