package io.signalbox.codecs.sign;

import io.signalbox.codec.PayloadLayer;
import io.signalbox.testkit.codec.LayerContract;

class Ed25519Test extends LayerContract {
    private final Signatures signatures = Signatures.by(
            KeySigner.of("shop-1", Keys.ED25519.getPrivate()),
            KeyVerifier.of(new VerificationKey("shop-1", Keys.ED25519.getPublic(), null)));

    @Override
    protected PayloadLayer layer() {
        return signatures;
    }

    @Override
    protected boolean authenticates() {
        return true;
    }
}
