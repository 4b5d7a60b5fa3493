package io.signalbox.protobuf;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecProvider;
import java.util.List;

/** Announces {@link ProtobufCodec}. */
public final class ProtobufCodecProvider implements CodecProvider {
    @Override
    public List<String> contentTypes() {
        return List.of(ProtobufCodec.CONTENT_TYPE, "application/x-protobuf", "application/vnd.google.protobuf");
    }

    @Override
    public Codec create() {
        return new ProtobufCodec();
    }
}
