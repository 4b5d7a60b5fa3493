package io.signalbox.codecs.sign;

import io.signalbox.codec.PayloadLayer;
import io.signalbox.testkit.codec.LayerContract;

class RsaTest extends LayerContract {
    private final Signatures signatures = Signatures.by(
            KeySigner.of("shop-1", Keys.RSA.getPrivate()),
            KeyVerifier.of(new VerificationKey("shop-1", Keys.RSA.getPublic(), null)));

    @Override
    protected PayloadLayer layer() {
        return signatures;
    }

    @Override
    protected boolean authenticates() {
        return true;
    }
}
