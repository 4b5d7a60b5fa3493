package io.signalbox.codecs.plain;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecProvider;
import java.util.List;

/** Announces {@link BytesCodec}. */
public final class BytesCodecProvider implements CodecProvider {
    @Override
    public List<String> contentTypes() {
        return List.of(BytesCodec.CONTENT_TYPE);
    }

    @Override
    public Codec create() {
        return new BytesCodec();
    }
}
