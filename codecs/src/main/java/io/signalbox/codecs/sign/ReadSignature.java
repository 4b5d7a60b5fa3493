package io.signalbox.codecs.sign;

import io.signalbox.codec.CodecException;
import io.signalbox.codecs.routed.Parameters;
import io.signalbox.codecs.routed.RoutedParts;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import java.security.PublicKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The header {@code sb-sig}, taken apart, and the checks that do not depend on where the key came from. */
final class ReadSignature {
    /** Clocks of senders may be ahead by so much. */
    private static final Duration AHEAD_MAX = Duration.ofMinutes(5);

    private final Message bare;
    private final Parameters parameters;
    private final String kid;

    /** @throws CodecException AUTH_FAILED if there is none, or it cannot be read */
    ReadSignature(Message message) {
        String header = message.properties().headers().get(RoutedParts.SIGNATURE);
        if (header == null) {
            throw failed("it has no header " + RoutedParts.SIGNATURE);
        }
        bare = without(message, RoutedParts.SIGNATURE);
        try {
            parameters = Parameters.parse(header);
            kid = Parameters.requireKeyId(parameters.text("kid"));
        } catch (IllegalArgumentException e) {
            throw failed("header " + RoutedParts.SIGNATURE + ": " + e.getMessage());
        }
    }

    String kid() {
        return kid;
    }

    /** The message without the signature, once it holds. */
    Message verified(PublicKey key, @Nullable Duration ageMax, long nowMillis) {
        try {
            String algorithm = SignatureAlgorithm.of(key).wireName();
            if (!parameters.text("alg").equals(algorithm)) {
                throw failed("it says it is signed with " + parameters.text("alg") + "; key '" + kid + "' is for "
                        + algorithm);
            }
            String time = parameters.text("t");
            if (!SignedBytes.holds(bare, key, kid, time, parameters.bytes("sig"))) {
                throw failed("the signature of key '" + kid
                        + "' does not hold: the payload or the headers that go with it are not what was signed");
            }
            requireFresh(Long.parseLong(time), ageMax, nowMillis);
            return bare;
        } catch (IllegalArgumentException e) {
            throw failed("header " + RoutedParts.SIGNATURE + ": " + e.getMessage());
        }
    }

    private static void requireFresh(long signedMillis, @Nullable Duration ageMax, long nowMillis) {
        if (ageMax == null) {
            return;
        }
        if (signedMillis < nowMillis - ageMax.toMillis() || signedMillis > nowMillis + AHEAD_MAX.toMillis()) {
            throw failed("it was signed at " + signedMillis + ", now is " + nowMillis + ", and " + ageMax
                    + " is the age that is let in");
        }
    }

    /** @throws CodecException AUTH_FAILED unless the key may speak for the sender */
    static void requireSender(Message message, String entity, String kid) {
        String from = message.properties().from();
        if (!entity.equals(from)) {
            throw failed("key '" + kid + "' is that of '" + entity + "', but the message is from '" + from + "'");
        }
    }

    static Message without(Message message, String header) {
        return message.toBuilder()
                .properties(message.properties().toBuilder()
                        .headers(message.properties().headers().without(header))
                        .build())
                .build();
    }

    static CodecException failed(String why) {
        return new CodecException(ReasonCode.AUTH_FAILED, "the message does not prove its sender: " + why);
    }
}
