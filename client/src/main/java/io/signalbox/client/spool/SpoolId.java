package io.signalbox.client.spool;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;

/** 128 random bits that name a spool, so that its sequences are unlike those of any other. */
record SpoolId(long high, long low) {
    static final int BYTES = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    static SpoolId random() {
        return new SpoolId(RANDOM.nextLong(), RANDOM.nextLong());
    }

    /** What the server knows the message of that sequence by. */
    String key(long sequence) {
        return this + ":" + sequence;
    }

    /** Base64url, without padding. */
    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
