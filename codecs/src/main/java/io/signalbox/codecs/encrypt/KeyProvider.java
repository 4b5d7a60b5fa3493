package io.signalbox.codecs.encrypt;

import org.jspecify.annotations.Nullable;

/** Where key-encryption keys come from, when they are at hand. Thread safe. */
public interface KeyProvider {
    /**
     * The key that wraps from now on.
     *
     * @param entity null: nobody in particular
     */
    KeyEncryptionKey current(@Nullable String entity);

    /** Null for a key that is unknown, or retired. */
    @Nullable
    KeyEncryptionKey find(String kid);
}
