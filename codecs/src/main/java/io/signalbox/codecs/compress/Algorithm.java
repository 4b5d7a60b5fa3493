package io.signalbox.codecs.compress;

import io.signalbox.codec.CodecException;

/**
 * One way to compress. Thread safe. The names are those of content encodings (RFC 9110, 8.4; RFC 8878), so that others
 * can read what is written here with the tools they have.
 */
interface Algorithm {
    String encoding();

    byte[] compress(byte[] plain);

    /**
     * @param bytesMax more is not given out, and not allocated for
     * @throws CodecException PAYLOAD_TOO_LARGE, or PAYLOAD_UNREADABLE for damaged bytes
     */
    byte[] inflate(byte[] compressed, int bytesMax);
}
