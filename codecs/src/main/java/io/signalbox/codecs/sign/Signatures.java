package io.signalbox.codecs.sign;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.PayloadLayer;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The layer that signs what leaves and checks what comes. */
public final class Signatures implements PayloadLayer {
    public static final String ENCODING = "signed";

    private final @Nullable Signer signer;
    private final List<Verifier> verifiers;
    private final boolean required;

    private Signatures(@Nullable Signer signer, List<Verifier> verifiers, boolean required) {
        this.signer = signer;
        this.verifiers = verifiers;
        this.required = required;
    }

    /** @param verifiers for answers; none: what comes signed is refused */
    public static Signatures by(Signer signer, Verifier... verifiers) {
        return new Signatures(signer, List.of(verifiers), false);
    }

    /** Signs nothing. */
    public static Signatures checkedBy(Verifier... verifiers) {
        return new Signatures(null, List.of(verifiers), false);
    }

    /** For receivers: what comes without a signature is refused with POLICY. */
    public Signatures requireSigned() {
        return new Signatures(signer, verifiers, true);
    }

    @Override
    public Set<String> encodings() {
        return Set.of(ENCODING);
    }

    @Override
    public boolean isRequired() {
        return required;
    }

    @Override
    public @Nullable Wrapped wrap(Message message) {
        return signer == null ? null : new Wrapped(signer.sign(message), ENCODING);
    }

    @Override
    public Message unwrap(Message message, String encoding) {
        for (Verifier verifier : verifiers) {
            if (message.properties().headers().get(verifier.header()) != null) {
                return verifier.verify(message);
            }
        }
        throw new CodecException(
                ReasonCode.AUTH_FAILED,
                "the message is signed, but in none of the headers that are checked here: "
                        + verifiers.stream().map(Verifier::header).toList());
    }
}
