package io.signalbox.security.password;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Remembers who proved a password lately, so that each request of an HTTP client does not cost a slow hash. Keeps a
 * MAC under a key of this process, never the password; forgets all when the password file changes.
 */
final class VerifiedPasswords {
    private static final int ENTRIES_MAX = 1_024;
    private static final long NANOS_MAX = 300_000_000_000L;

    private final SecretKeySpec key;
    private final Map<ByteBuffer, Long> sinceNanos = new LinkedHashMap<>();
    private @Nullable PasswordFile file;

    VerifiedPasswords() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        key = new SecretKeySpec(secret, "HmacSHA256");
    }

    boolean contains(PasswordFile current, String user, byte[] password) {
        ByteBuffer mac = mac(user, password);
        synchronized (sinceNanos) {
            if (file != current) {
                return false;
            }
            Long since = sinceNanos.get(mac);
            return since != null && System.nanoTime() - since < NANOS_MAX;
        }
    }

    void add(PasswordFile current, String user, byte[] password) {
        ByteBuffer mac = mac(user, password);
        synchronized (sinceNanos) {
            if (file != current) {
                file = current;
                sinceNanos.clear();
            }
            if (sinceNanos.size() >= ENTRIES_MAX && !sinceNanos.containsKey(mac)) {
                sinceNanos.remove(sinceNanos.keySet().iterator().next());
            }
            sinceNanos.put(mac, System.nanoTime());
        }
    }

    private ByteBuffer mac(String user, byte[] password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] name = user.getBytes(StandardCharsets.UTF_8);
            // The length first, or user "a" with password "bc" would be user "ab" with password "c".
            mac.update(ByteBuffer.allocate(4).putInt(name.length).array());
            mac.update(name);
            return ByteBuffer.wrap(mac.doFinal(password));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
