package io.signalbox.codecs.sign;

import io.signalbox.codecs.routed.Parameters;
import java.security.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * A key that a receiver trusts.
 *
 * @param entity who alone may send under it ({@code from}); null: anybody, the key proves possession only
 */
public record VerificationKey(
        String kid, PublicKey key, @Nullable String entity) {
    /** @throws IllegalArgumentException for a key that is neither Ed25519 nor RSA of 2,048 bits or more */
    public VerificationKey {
        Parameters.requireKeyId(kid);
        SignatureAlgorithm.of(key);
    }
}
