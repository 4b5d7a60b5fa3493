package io.signalbox.codecs.encrypt;

import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.time.Duration;
import java.util.Arrays;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Which data key a payload is encrypted with. Keys of an entity are used again until they are old or worn, on both
 * sides; so a new or retired key-encryption key takes effect after {@link #AGE_MAX} at the latest.
 */
final class DataKeys {
    static final Duration AGE_MAX = Duration.ofHours(1);

    /** With random nonces of 96 bits, two of 2^32 messages share one with a chance of 2^-32 (NIST SP 800-38D, 8.3). */
    static final long USES_MAX = 1L << 20;

    private static final int CACHED_MAX = 1_024;

    private final KeyService service;
    private final boolean perMessage;
    private final AgingCache<String, Used> forEntity;
    private final AgingCache<Wrapped, SecretKey> unwrapped;

    private static final class Used {
        private final DataKey key;
        private long uses;

        Used(DataKey key) {
            this.key = key;
        }
    }

    private record Wrapped(String kid, byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Wrapped that && kid.equals(that.kid) && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    DataKeys(KeyService service, boolean perMessage, TimeSource time) {
        this.service = service;
        this.perMessage = perMessage;
        forEntity = new AgingCache<>(CACHED_MAX, AGE_MAX, time);
        unwrapped = new AgingCache<>(CACHED_MAX, AGE_MAX, time);
    }

    DataKey toEncrypt(Message message) {
        String entity = message.properties().to();
        return perMessage ? service.newDataKey(entity) : used(entity);
    }

    private DataKey used(@Nullable String entity) {

        String slot = entity == null ? "all" : "to " + entity;
        // Held for a call of the key service too, once an hour for each entity: else every waiter would ask for a key.
        synchronized (forEntity) {
            Used known = forEntity.get(slot);
            if (known == null || known.uses >= USES_MAX) {
                known = new Used(service.newDataKey(entity));
                forEntity.put(slot, known);
            }
            known.uses++;
            return known.key;
        }
    }

    /** @throws io.signalbox.codec.CodecException DECRYPT_FAILED */
    SecretKey toDecrypt(String kid, byte[] wrapped) {
        Wrapped slot = new Wrapped(kid, wrapped);
        SecretKey known;
        synchronized (unwrapped) {
            known = unwrapped.get(slot);
        }
        if (known != null) {
            return known;
        }
        // Outside of the lock: a key service may be a network away.
        SecretKey key = service.unwrap(kid, wrapped);
        synchronized (unwrapped) {
            unwrapped.put(slot, key);
        }
        return key;
    }
}
