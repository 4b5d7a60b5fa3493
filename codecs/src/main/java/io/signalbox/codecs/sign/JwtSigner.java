package io.signalbox.codecs.sign;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.signalbox.codecs.routed.RoutedParts;
import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.message.MessageProperties;
import io.signalbox.time.TimeSource;
import java.time.Duration;
import java.util.Date;

/**
 * Signs with a JSON Web Token (RFC 7519) in the header {@code sb-jwt}: issuer is the sender, {@code jti} the message's id,
 * {@code dig} the digest of what is signed. A message without a sender cannot be signed. Algorithms RS256 (RSA) and ES256 (P-256), as the key is. Needs
 * {@code com.nimbusds:nimbus-jose-jwt}.
 */
public final class JwtSigner implements Signer {
    static final String DIGEST = "dig";

    private final JWSAlgorithm algorithm;
    private final JWSSigner signer;
    private final String kid;
    private final Duration validFor;
    private final TimeSource time;

    private JwtSigner(JWK key, Duration validFor, TimeSource time) {
        if (key.getKeyID() == null) {
            throw new IllegalArgumentException("the key has no key id; set its 'kid'");
        }
        kid = key.getKeyID();
        this.validFor = validFor;
        this.time = time;
        try {
            switch (key) {
                case RSAKey rsa -> {
                    algorithm = JWSAlgorithm.RS256;
                    signer = new RSASSASigner(rsa);
                }
                case ECKey curve -> {
                    algorithm = JWSAlgorithm.ES256;
                    signer = new ECDSASigner(curve);
                }
                default ->
                    throw new IllegalArgumentException(
                            "a key of type " + key.getKeyType() + "; RSA and EC sign tokens here");
            }
        } catch (JOSEException e) {
            throw new IllegalArgumentException("key '" + kid + "' cannot sign: " + e.getMessage(), e);
        }
    }

    /**
     * @param key RSA of 2,048 bits or more, or P-256, with its private part and a key id
     * @param validFor how long after the signature a receiver takes the message
     * @throws IllegalArgumentException for any other key
     */
    public static JwtSigner of(JWK key, Duration validFor) {
        return of(key, validFor, TimeSource.monotonic());
    }

    static JwtSigner of(JWK key, Duration validFor, TimeSource time) {
        return new JwtSigner(key, validFor, time);
    }

    @Override
    public Message sign(Message unsigned) {
        Message message = MessageIds.identified(unsigned, time);
        MessageProperties properties = message.properties();
        if (properties.headers().get(RoutedParts.JWT) != null) {
            throw new IllegalArgumentException("the message has the header " + RoutedParts.JWT + " already; sign once");
        }
        if (properties.from() == null) {
            throw new IllegalArgumentException("a token names who issued it; give the message its sender, 'from'");
        }
        long now = time.millis();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(properties.from())
                .jwtID(properties.id())
                .issueTime(new Date(now))
                .expirationTime(new Date(now + validFor.toMillis()))
                .claim(DIGEST, Base64URL.encode(SignedBytes.digest(message)).toString())
                .build();
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(kid).build(), claims);
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("key '" + kid + "' cannot sign: " + e.getMessage(), e);
        }
        return message.toBuilder()
                .properties(properties.toBuilder()
                        .header(RoutedParts.JWT, token.serialize())
                        .build())
                .build();
    }
}
