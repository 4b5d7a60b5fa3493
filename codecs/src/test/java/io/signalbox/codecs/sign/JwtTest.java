package io.signalbox.codecs.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.Layers;
import io.signalbox.codec.PayloadLayer;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.codec.LayerContract;
import io.signalbox.topic.Topic;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JwtTest extends LayerContract {
    private static final RSAKey RSA = new RSAKey.Builder((RSAPublicKey) Keys.RSA.getPublic())
            .privateKey(Keys.RSA.getPrivate())
            .keyID("shop-1")
            .build();
    private static final ECKey CURVE = new ECKey.Builder(Curve.P_256, (ECPublicKey) Keys.P256.getPublic())
            .privateKey(Keys.P256.getPrivate())
            .keyID("shop-2")
            .build();

    private static final RSAKey BILLING = new RSAKey.Builder((RSAPublicKey) Keys.RSA_OTHER.getPublic())
            .privateKey(Keys.RSA_OTHER.getPrivate())
            .keyID("billing-1")
            .build();

    private final ManualTimeSource time = new ManualTimeSource();
    private final JwtVerifier verifier =
            JwtVerifier.of(Map.of("shop", new JWKSet(List.of(RSA, CURVE)), "billing", new JWKSet(BILLING)), time);

    private Signatures signatures(JWK key) {
        return Signatures.by(JwtSigner.of(key, Duration.ofMinutes(1), time), verifier);
    }

    @Override
    protected PayloadLayer layer() {
        return signatures(CURVE);
    }

    @Override
    protected boolean authenticates() {
        return true;
    }

    @Override
    protected Message suited(Message message) {
        return message.toBuilder()
                .properties(message.properties().toBuilder().from("shop").build())
                .build();
    }

    private static Message message() {
        return from("shop");
    }

    private static Message from(@Nullable String from) {
        return Message.to(Topic.ofMqtt("t"))
                .payload("p")
                .properties(MessageProperties.builder().id("1").from(from).build())
                .build();
    }

    private Message withToken(String token) {
        Message signed = Layers.of(signatures(RSA)).wrap(message());
        return signed.toBuilder()
                .properties(signed.properties().toBuilder()
                        .headers(signed.properties().headers().without("sb-jwt"))
                        .header("sb-jwt", token)
                        .build())
                .build();
    }

    private void assertRefused(Message message, String text) {
        assertThatThrownBy(() -> Layers.of(signatures(RSA)).unwrap(message))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.AUTH_FAILED))
                .hasMessageContaining(text);
    }

    @Test
    void rsaAndCurvesSignTokens() {
        for (JWK key : new JWK[] {RSA, CURVE}) {
            Layers layers = Layers.of(signatures(key));
            Message back = layers.unwrap(layers.wrap(message()));
            assertThat(back.properties()).isEqualTo(message().properties());
        }
    }

    @Test
    void aKeySpeaksForItsSenderAlone() {
        Layers billing = Layers.of(signatures(BILLING));
        assertThat(billing.unwrap(billing.wrap(from("billing"))).properties().from())
                .isEqualTo("billing");
        // It signs whatever it likes; nobody believes it.
        assertRefused(billing.wrap(from("shop")), "no key 'billing-1' of 'shop'");
        assertRefused(billing.wrap(from("till")), "no key 'billing-1' of 'till'");
    }

    @Test
    void whoHasNoNameCanNeitherSignNorBeBelieved() throws JOSEException {
        assertThatThrownBy(() -> Layers.of(signatures(RSA)).wrap(from(null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'from'");
        Message signed = withToken(signed(claims("1").issuer(null)));
        Message nameless = signed.toBuilder()
                .properties(signed.properties().toBuilder().from(null).build())
                .build();
        assertRefused(nameless, "of 'null'");
    }

    @Test
    void aMessageWithoutIdIsGivenOneBeforeItIsSigned() {
        Message anonymous = message().toBuilder()
                .properties(MessageProperties.builder().from("shop").build())
                .build();
        Message signed = Layers.of(signatures(RSA)).wrap(anonymous);
        assertThat(signed.properties().id()).isNotNull();
        assertRefused(
                signed.toBuilder()
                        .properties(signed.properties().toBuilder().id("2").build())
                        .build(),
                "another sender or message");
    }

    @Test
    void aTokenEndsWithItsTime() {
        Message signed = Layers.of(signatures(RSA)).wrap(message());
        time.advance(Duration.ofMinutes(1));
        assertRefused(signed, "expired");
    }

    @Test
    void aTokenThatIsNotSignedIsRefused() {
        assertRefused(
                withToken(new PlainJWT(new JWTClaimsSet.Builder().issuer("shop").build()).serialize()), "token");
    }

    /** The public key as the secret of a symmetric algorithm: the classic confusion. */
    @Test
    void aTokenThatIsSignedWithThePublicKeyIsRefused() throws JOSEException {
        SignedJWT forged = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("shop-1").build(),
                claims("1").build());
        forged.sign(new MACSigner(Keys.RSA.getPublic().getEncoded()));
        assertRefused(withToken(forged.serialize()), "not hold");
    }

    @Test
    void aTokenOfAnotherMessageIsRefused() throws JOSEException {
        assertRefused(withToken(signed(claims("2"))), "another sender or message");
        assertRefused(withToken(signed(claims("1").issuer("billing"))), "another sender or message");
        assertRefused(withToken(signed(claims("1").issuer(null))), "another sender or message");
        assertRefused(withToken(signed(claims("1").jwtID(null))), "another sender or message");
        assertRefused(withToken(signed(claims("1"))), "not what was signed");
        assertRefused(withToken(signed(claims("1").claim("dig", "AAAA"))), "not what was signed");
        assertRefused(withToken(signed(claims("1").claim("dig", 7))), "cannot be read");
        assertRefused(withToken(signed(claims("1").expirationTime(null))), "expired");
    }

    @Test
    void whatIsNoTokenIsRefused() {
        for (String bad : new String[] {"", "a.b.c", "..", "e30.e30.", "x".repeat(20_000)}) {
            assertRefused(withToken(bad), "token");
        }
    }

    private JWTClaimsSet.Builder claims(String id) {
        return new JWTClaimsSet.Builder().issuer("shop").jwtID(id).expirationTime(new Date(time.millis() + 60_000));
    }

    private static String signed(JWTClaimsSet.Builder claims) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("shop-1").build(), claims.build());
        token.sign(new RSASSASigner(RSA));
        return token.serialize();
    }
}
