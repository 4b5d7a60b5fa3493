package io.signalbox.security.password;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * An Argon2id hash in the PHC string format: {@code $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH}, both in Base64 without
 * padding. The hash is always 32 bytes, so that a line cut short is never a shorter hash.
 */
public final class PasswordHash {
    private static final int HASH_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,3})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

    private final Argon2Cost cost;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(Argon2Cost cost, byte[] salt, byte[] hash) {
        this.cost = cost;
        this.salt = salt;
        this.hash = hash;
    }

    /** Takes some 50 ms and {@link Argon2Cost#memoryKib()} of heap. */
    public static PasswordHash of(byte[] password, Argon2Cost cost, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new PasswordHash(cost, salt, compute(password, cost, salt));
    }

    /** @throws IllegalArgumentException saying which part is wrong, without showing salt or hash */
    public static PasswordHash parse(String phc) {
        Matcher m = PHC.matcher(phc);
        if (!m.matches()) {
            throw new IllegalArgumentException(
                    "the hash is not of the form $argon2id$v=19$m=...,t=...,p=...$SALT$HASH; make it with"
                            + " `signalbox passwd`");
        }
        Argon2Cost cost = new Argon2Cost(
                Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)));
        byte[] salt = decode(m.group(4), "salt");
        byte[] hash = decode(m.group(5), "hash");
        if (salt.length < 8 || salt.length > 64) {
            throw new IllegalArgumentException("the salt has " + salt.length + " bytes; it must have 8 to 64");
        }
        if (hash.length != HASH_BYTES) {
            throw new IllegalArgumentException(
                    "the hash has " + hash.length + " bytes and must have " + HASH_BYTES + "; is the line cut short?");
        }
        return new PasswordHash(cost, salt, hash);
    }

    static byte[] decode(String base64, String what) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (Base64.getEncoder().withoutPadding().encodeToString(bytes).equals(base64)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // told below, without its text, which would show part of the hash
        }
        throw new IllegalArgumentException("the " + what + " is not Base64 without padding");
    }

    /** As slow as {@link #of}; compares in constant time. */
    public boolean verify(byte[] password) {
        return MessageDigest.isEqual(hash, compute(password, cost, salt));
    }

    public Argon2Cost cost() {
        return cost;
    }

    /** A hash of the same cost that no password has, to spend the same time on a user that does not exist. */
    PasswordHash decoy(SecureRandom random) {
        byte[] nobody = new byte[HASH_BYTES];
        random.nextBytes(nobody);
        return new PasswordHash(cost, salt.clone(), nobody);
    }

    /** The PHC string. */
    public String encoded() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + cost.memoryKib() + ",t=" + cost.iterations() + ",p=" + cost.parallelism() + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    @Override
    public String toString() {
        return "PasswordHash[" + cost + "]";
    }

    private static byte[] compute(byte[] password, Argon2Cost cost, byte[] salt) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.iterations())
                .withParallelism(cost.parallelism())
                .withSalt(salt)
                .build());
        byte[] out = new byte[HASH_BYTES];
        generator.generateBytes(password, out);
        return out;
    }
}
