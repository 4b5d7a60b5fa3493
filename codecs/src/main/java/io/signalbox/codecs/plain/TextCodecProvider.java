package io.signalbox.codecs.plain;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecProvider;
import java.util.List;

/** Announces {@link TextCodec}. */
public final class TextCodecProvider implements CodecProvider {
    @Override
    public List<String> contentTypes() {
        return List.of(TextCodec.CONTENT_TYPE);
    }

    @Override
    public Codec create() {
        return new TextCodec();
    }
}
