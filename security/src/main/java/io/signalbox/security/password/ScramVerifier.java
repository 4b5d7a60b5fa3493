package io.signalbox.security.password;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import io.signalbox.access.ScramCredential;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What SCRAM-SHA-256 needs of a password: {@code $scram-sha-256$i=65536$SALT$STORED-KEY$SERVER-KEY}, in Base64 without
 * padding. It stands beside the Argon2id hash for users who want it, since it is cheaper to guess at: SCRAM is PBKDF2 by
 * its specification, and clients refuse more iterations than this.
 */
public final class ScramVerifier {
    /** The most that widely used clients compute. */
    public static final int ITERATIONS = 65_536;

    private static final int ITERATIONS_MIN = 4_096;
    private static final int KEY_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
    private static final Pattern FORM =
            Pattern.compile("\\$scram-sha-256\\$i=(\\d{1,7})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

    private final ScramCredential credential;

    private ScramVerifier(ScramCredential credential) {
        this.credential = credential;
    }

    /**
     * Takes some tens of milliseconds.
     *
     * @throws IllegalArgumentException the password is not UTF-8 text that SASLprep allows (RFC 4013)
     */
    public static ScramVerifier of(byte[] password, int iterations, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return of(password, iterations, salt);
    }

    static ScramVerifier of(byte[] password, int iterations, byte[] salt) {
        char[] text = new String(password, StandardCharsets.UTF_8).toCharArray();
        byte[] salted =
                ScramFunctions.saltedPassword(MECHANISM, StringPreparation.SASL_PREPARATION, text, salt, iterations);
        byte[] storedKey = ScramFunctions.storedKey(MECHANISM, ScramFunctions.clientKey(MECHANISM, salted));
        return new ScramVerifier(
                new ScramCredential(salt, iterations, storedKey, ScramFunctions.serverKey(MECHANISM, salted)));
    }

    /** @throws IllegalArgumentException saying which part is wrong, without showing keys */
    static ScramVerifier parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException(
                    "the verifier is not of the form $scram-sha-256$i=...$SALT$STORED-KEY$SERVER-KEY; make it with"
                            + " `signalbox passwd --scram`");
        }
        int iterations = Integer.parseInt(m.group(1));
        byte[] salt = PasswordHash.decode(m.group(2), "salt");
        byte[] storedKey = PasswordHash.decode(m.group(3), "stored key");
        byte[] serverKey = PasswordHash.decode(m.group(4), "server key");
        if (iterations < ITERATIONS_MIN) {
            throw new IllegalArgumentException("the verifier has " + iterations + " iterations; it must have at least "
                    + ITERATIONS_MIN + " (RFC 7677)");
        }
        if (salt.length < 8 || salt.length > 64 || storedKey.length != KEY_BYTES || serverKey.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "the verifier's salt must have 8 to 64 bytes, and its keys 32 each; is the line cut short?");
        }
        return new ScramVerifier(new ScramCredential(salt, iterations, storedKey, serverKey));
    }

    ScramCredential credential() {
        return credential;
    }

    /** Of a user that has none: looks like one, is always the same for one name, and no password fits it. */
    ScramCredential decoy(String user) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] made = ScramFunctions.hmac(MECHANISM, credential.serverKey(), name);
        byte[] salt = Arrays.copyOf(made, credential.salt().length);
        byte[] key = ScramFunctions.hmac(MECHANISM, made, name);
        return new ScramCredential(salt, credential.iterations(), key, made);
    }

    public String encoded() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$scram-sha-256$i=" + credential.iterations() + "$" + base64.encodeToString(credential.salt()) + "$"
                + base64.encodeToString(credential.storedKey()) + "$"
                + base64.encodeToString(credential.serverKey());
    }

    @Override
    public String toString() {
        return "ScramVerifier[iterations=" + credential.iterations() + "]";
    }
}
