package io.signalbox.codecs.msgpack;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecProvider;
import java.util.List;

/** Announces {@link MessagePackCodec}. */
public final class MessagePackCodecProvider implements CodecProvider {
    @Override
    public List<String> contentTypes() {
        return List.of(MessagePackCodec.CONTENT_TYPE, "application/x-msgpack", "application/vnd.msgpack");
    }

    @Override
    public Codec create() {
        return new MessagePackCodec();
    }
}
