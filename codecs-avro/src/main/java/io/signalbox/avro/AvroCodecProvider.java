package io.signalbox.avro;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecProvider;
import java.util.List;

/** Announces an {@link AvroCodec} that knows the schemas of the classes it is asked for. */
public final class AvroCodecProvider implements CodecProvider {
    @Override
    public List<String> contentTypes() {
        return List.of(AvroCodec.CONTENT_TYPE);
    }

    @Override
    public Codec create() {
        return AvroCodec.of();
    }
}
