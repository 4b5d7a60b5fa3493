package io.signalbox.codecs.encrypt;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys of which one is the primary: new data keys are wrapped with it, or with the key of the entity that has one. The
 * others unwrap what they wrapped earlier; to rotate is to add a key and to make it the primary, to retire a key is to
 * take it out.
 */
public final class Keyset implements KeyProvider {
    private final KeyEncryptionKey primary;
    private final Map<String, KeyEncryptionKey> byKid = new HashMap<>();
    private final Map<String, KeyEncryptionKey> byEntity;

    private Keyset(KeyEncryptionKey primary, List<KeyEncryptionKey> others, Map<String, KeyEncryptionKey> byEntity) {
        this.primary = primary;
        this.byEntity = Map.copyOf(byEntity);
        add(primary);
        others.forEach(this::add);
        byEntity.values().forEach(this::add);
    }

    /** @throws IllegalArgumentException if two keys have one id */
    public static Keyset of(KeyEncryptionKey primary, KeyEncryptionKey... others) {
        return new Keyset(primary, List.of(others), Map.of());
    }

    /**
     * @param byEntity keys for what is addressed to these entities
     * @throws IllegalArgumentException if two keys have one id
     */
    static Keyset of(KeyEncryptionKey primary, List<KeyEncryptionKey> others, Map<String, KeyEncryptionKey> byEntity) {
        return new Keyset(primary, others, byEntity);
    }

    private void add(KeyEncryptionKey key) {
        if (byKid.put(key.kid(), key) != null) {
            throw new IllegalArgumentException("two keys have the id '" + key.kid() + "'; a rotated key has a new id");
        }
    }

    @Override
    public KeyEncryptionKey current(@Nullable String entity) {
        return entity == null ? primary : byEntity.getOrDefault(entity, primary);
    }

    @Override
    public @Nullable KeyEncryptionKey find(String kid) {
        return byKid.get(kid);
    }
}
