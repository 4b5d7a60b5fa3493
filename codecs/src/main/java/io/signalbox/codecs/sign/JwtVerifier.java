package io.signalbox.codecs.sign;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.signalbox.codecs.routed.RoutedParts;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.security.MessageDigest;
import java.text.ParseException;
import java.util.Date;
import java.util.Objects;

/**
 * Checks tokens of {@link JwtSigner}: signature, expiry, that the issuer is the sender, that the id and the digest are
 * the message's. The key decides the algorithm, so a token cannot choose none. Needs
 * {@code com.nimbusds:nimbus-jose-jwt}.
 */
public final class JwtVerifier implements Verifier {
    private static final int TOKEN_LENGTH_MAX = 16 << 10;

    private final JWKSet keys;
    private final TimeSource time;

    private JwtVerifier(JWKSet keys, TimeSource time) {
        this.keys = keys;
        this.time = time;
    }

    /** @param keys public keys with key ids, as identity providers publish them */
    public static JwtVerifier of(JWKSet keys) {
        return of(keys, TimeSource.monotonic());
    }

    static JwtVerifier of(JWKSet keys, TimeSource time) {
        return new JwtVerifier(keys.toPublicJWKSet(), time);
    }

    @Override
    public String header() {
        return RoutedParts.JWT;
    }

    @Override
    public Message verify(Message message) {
        String token = message.properties().headers().get(RoutedParts.JWT);
        if (token == null || token.length() > TOKEN_LENGTH_MAX) {
            throw ReadSignature.failed("it has no token, or one of more than " + TOKEN_LENGTH_MAX + " characters");
        }
        Message bare = ReadSignature.without(message, RoutedParts.JWT);
        try {
            SignedJWT read = SignedJWT.parse(token);
            JWK key = keys.getKeyByKeyId(read.getHeader().getKeyID());
            if (key == null) {
                throw ReadSignature.failed("no key '" + read.getHeader().getKeyID() + "' here");
            }
            if (!holds(read, key)) {
                throw ReadSignature.failed("the token's signature does not hold");
            }
            requireClaims(read.getJWTClaimsSet(), bare);
            return bare;
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            throw ReadSignature.failed("its token cannot be read: " + e.getMessage());
        }
    }

    private static boolean holds(SignedJWT token, JWK key) throws JOSEException {
        JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
        return switch (key) {
            case RSAKey rsa -> algorithm.equals(JWSAlgorithm.RS256) && token.verify(new RSASSAVerifier(rsa));
            case ECKey curve -> algorithm.equals(JWSAlgorithm.ES256) && token.verify(new ECDSAVerifier(curve));
            default -> false;
        };
    }

    private void requireClaims(JWTClaimsSet claims, Message message) throws ParseException {
        Date expires = claims.getExpirationTime();
        if (expires == null || expires.getTime() <= time.millis()) {
            throw ReadSignature.failed("its token expired at " + (expires == null ? "no time" : expires.getTime()));
        }
        // Signed without an id, it may have been given one on its way.
        String id = claims.getJWTID();
        if (!Objects.equals(claims.getIssuer(), message.properties().from())
                || (id != null && !id.equals(message.properties().id()))) {
            throw ReadSignature.failed("its token is that of another sender or message");
        }
        Message asSigned = id == null
                ? message.toBuilder()
                        .properties(message.properties().toBuilder().id(null).build())
                        .build()
                : message;
        String digest = claims.getStringClaim(JwtSigner.DIGEST);
        if (digest == null || !MessageDigest.isEqual(new Base64URL(digest).decode(), SignedBytes.digest(asSigned))) {
            throw ReadSignature.failed("the payload or the headers that go with it are not what was signed");
        }
    }
}
