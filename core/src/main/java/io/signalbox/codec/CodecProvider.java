package io.signalbox.codec;

import java.util.List;

/**
 * Announces a codec to {@link java.util.ServiceLoader}. It must not touch the codec's library before
 * {@link #create()}: whoever never meets the format need not load it.
 */
public interface CodecProvider {
    /**
     * Media types without parameters, lower case; the first is what it writes, the others it reads too. A type
     * {@code application/x} is asked for {@code application/anything+x} as well.
     */
    List<String> contentTypes();

    /** Called once. */
    Codec create();
}
