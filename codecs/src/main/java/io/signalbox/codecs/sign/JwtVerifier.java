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
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens of {@link JwtSigner}: that the sender's own key signed it, expiry, that the issuer is the sender, that the
 * id and the digest are the message's. The key decides the algorithm, so a token cannot choose none. Needs
 * {@code com.nimbusds:nimbus-jose-jwt}.
 */
public final class JwtVerifier implements Verifier {
    private static final int TOKEN_LENGTH_MAX = 16 << 10;

    private final Function<String, @Nullable JWKSet> keys;
    private final TimeSource time;

    private JwtVerifier(Function<String, @Nullable JWKSet> keys, TimeSource time) {
        this.keys = keys;
        this.time = time;
    }

    /** @param keysBySender the public keys, with key ids, that may speak for each {@code from} */
    public static JwtVerifier of(Map<String, JWKSet> keysBySender) {
        return of(keysBySender, TimeSource.monotonic());
    }

    static JwtVerifier of(Map<String, JWKSet> keysBySender, TimeSource time) {
        return new JwtVerifier(Map.copyOf(keysBySender)::get, time);
    }

    /** @param keysBySender as they are now, by {@code from} as the message brings it; null for one that is unknown */
    public static JwtVerifier of(Function<String, @Nullable JWKSet> keysBySender) {
        return new JwtVerifier(keysBySender, TimeSource.monotonic());
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
            if (!holds(read, key(bare.properties().from(), read.getHeader().getKeyID()))) {
                throw ReadSignature.failed("the token's signature does not hold");
            }
            requireClaims(read.getJWTClaimsSet(), bare);
            return bare;
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            throw ReadSignature.failed("its token cannot be read: " + e.getMessage());
        }
    }

    private JWK key(@Nullable String from, @Nullable String kid) {
        JWKSet own = from == null ? null : keys.apply(from);
        JWK key = own == null ? null : own.getKeyByKeyId(kid);
        if (key == null) {
            throw ReadSignature.failed("no key '" + kid + "' of '" + from + "' here");
        }
        return key;
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
        if (!names(claims.getIssuer(), message.properties().from())
                || !names(claims.getJWTID(), message.properties().id())) {
            throw ReadSignature.failed("its token is that of another sender or message");
        }
        String digest = claims.getStringClaim(JwtSigner.DIGEST);
        if (digest == null || !MessageDigest.isEqual(new Base64URL(digest).decode(), SignedBytes.digest(message))) {
            throw ReadSignature.failed("the payload or the headers that go with it are not what was signed");
        }
    }

    /** Nothing names nothing. */
    private static boolean names(@Nullable String claim, @Nullable String own) {
        return claim != null && claim.equals(own);
    }
}
