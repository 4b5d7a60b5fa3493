package io.signalbox.codecs.sign;

import io.signalbox.codecs.routed.RoutedParts;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks signatures of {@link KeySigner} with keys that are known here. */
public final class KeyVerifier implements Verifier {
    private final Function<String, @Nullable VerificationKey> keys;
    private final @Nullable Duration ageMax;
    private final TimeSource time;

    private KeyVerifier(Function<String, @Nullable VerificationKey> keys, @Nullable Duration ageMax, TimeSource time) {
        this.keys = keys;
        this.ageMax = ageMax;
        this.time = time;
    }

    /** @throws IllegalStateException if two have one id */
    public static KeyVerifier of(VerificationKey... keys) {
        Map<String, VerificationKey> byKid =
                Arrays.stream(keys).collect(Collectors.toMap(VerificationKey::kid, key -> key));
        return of(byKid::get);
    }

    /** @param keys by key id, as the message brings it; null for one that is unknown or revoked */
    public static KeyVerifier of(Function<String, @Nullable VerificationKey> keys) {
        return new KeyVerifier(keys, null, TimeSource.monotonic());
    }

    /** What was signed longer ago is refused. Within that time a copy is kept out by whoever remembers ids or keys. */
    public KeyVerifier withAgeMax(Duration age) {
        return withAgeMax(age, time);
    }

    KeyVerifier withAgeMax(Duration age, TimeSource clock) {
        return new KeyVerifier(keys, age, clock);
    }

    @Override
    public String header() {
        return RoutedParts.SIGNATURE;
    }

    @Override
    public Message verify(Message message) {
        ReadSignature signature = new ReadSignature(message);
        VerificationKey key = keys.apply(signature.kid());
        if (key == null) {
            throw ReadSignature.failed("no key '" + signature.kid() + "' here; it is unknown or revoked");
        }
        Message verified = signature.verified(key.key(), ageMax, time.millis());
        if (key.entity() != null) {
            ReadSignature.requireSender(verified, key.entity(), key.kid());
        }
        return verified;
    }
}
