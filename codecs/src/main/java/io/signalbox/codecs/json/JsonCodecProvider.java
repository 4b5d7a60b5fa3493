package io.signalbox.codecs.json;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecProvider;
import java.util.List;

/** Announces {@link JsonCodec}. */
public final class JsonCodecProvider implements CodecProvider {
    @Override
    public List<String> contentTypes() {
        return List.of(JsonCodec.CONTENT_TYPE, "text/json");
    }

    @Override
    public Codec create() {
        return new JsonCodec();
    }
}
