package io.signalbox.codecs.encrypt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads the file of a {@link FileKeyset}. What it says of one that is wrong shows no key. */
final class KeysetFile {
    private static final long FILE_BYTES_MAX = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    record Form(@Nullable String primary, @Nullable List<KeyForm> keys) {}

    record KeyForm(
            @Nullable String kid,
            @Nullable String key,
            @Nullable String entity) {
        @Override
        public String toString() {
            return "KeyForm[" + kid + "]";
        }
    }

    private KeysetFile() {}

    /** @throws IllegalArgumentException if it is no keyset, or others may read it */
    static Keyset read(Path file) {
        try {
            requirePrivate(file);
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IllegalArgumentException("keyset " + file + " is larger than " + FILE_BYTES_MAX + " bytes");
            }
            return keyset(file, JSON.readValue(Files.readAllBytes(file), Form.class));
        } catch (IOException e) {
            throw new IllegalArgumentException("keyset " + file + " cannot be read: " + e, e);
        } catch (JacksonException e) {
            // Neither its text nor the cause: both quote what they did not understand, which may be a key.
            throw new IllegalArgumentException("keyset " + file + " is no JSON of a keyset, near line "
                    + (e.getLocation() == null ? 0 : e.getLocation().getLineNr()));
        }
    }

    private static void requirePrivate(Path file) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.stream().anyMatch(each -> !each.name().startsWith("OWNER_"))) {
            throw new IllegalArgumentException(
                    "keyset " + file + " can be read by others than its owner; chmod 600 " + file);
        }
    }

    private static Keyset keyset(Path file, @Nullable Form form) {
        if (form == null || form.primary() == null || form.keys() == null) {
            throw new IllegalArgumentException("keyset " + file + " lacks 'primary' or 'keys'");
        }
        KeyEncryptionKey primary = null;
        List<KeyEncryptionKey> others = new ArrayList<>();
        Map<String, KeyEncryptionKey> byEntity = new HashMap<>();
        Set<String> kids = new HashSet<>();
        for (KeyForm each : form.keys()) {
            if (each.kid() == null || each.key() == null) {
                throw new IllegalArgumentException("keyset " + file + " has a key without 'kid' or 'key'");
            }
            KeyEncryptionKey key = KeyEncryptionKey.ofBase64(each.kid(), each.key());
            if (!kids.add(key.kid())) {
                throw new IllegalArgumentException("keyset " + file + " has the key id '" + key.kid() + "' twice");
            }
            if (key.kid().equals(form.primary())) {
                primary = key;
            } else if (each.entity() == null) {
                others.add(key);
            } else {
                KeyEncryptionKey replaced = byEntity.put(each.entity(), key);
                if (replaced != null) {
                    // The last one is current; the earlier ones still unwrap.
                    others.add(replaced);
                }
            }
        }
        if (primary == null) {
            throw new IllegalArgumentException("keyset " + file + " has no key '" + form.primary() + "'");
        }
        return Keyset.of(primary, others, byEntity);
    }
}
