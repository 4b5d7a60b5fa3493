package io.signalbox.codecs.encrypt;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a keyset from an environment variable: {@code kid:base64,kid:base64}, the first is the primary. */
public final class EnvironmentKeys {
    public static final String VARIABLE_DEFAULT = "SIGNALBOX_KEYS";

    private EnvironmentKeys() {}

    /** @throws IllegalArgumentException if it is not set, or is no keyset; its text shows no key */
    public static Keyset read() {
        return parse(VARIABLE_DEFAULT, System.getenv(VARIABLE_DEFAULT));
    }

    static Keyset parse(String variable, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    "the environment variable " + variable + " is not set; give it kid:base64 of 32 bytes");
        }
        List<KeyEncryptionKey> keys = new ArrayList<>();
        for (String each : value.split(",", -1)) {
            int colon = each.lastIndexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException(
                        "key " + (keys.size() + 1) + " in " + variable + " is not kid:base64");
            }
            keys.add(KeyEncryptionKey.ofBase64(each.substring(0, colon).strip(), each.substring(colon + 1)));
        }
        return Keyset.of(keys.getFirst(), keys.subList(1, keys.size()).toArray(KeyEncryptionKey[]::new));
    }
}
