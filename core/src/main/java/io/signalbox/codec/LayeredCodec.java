package io.signalbox.codec;

import io.signalbox.message.Message;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Any codec with layers around its payloads: encode, then wrap; unwrap, then decode. */
public record LayeredCodec(MessageCodec codec, Layers layers) implements MessageCodec {
    @Override
    public Message encode(Message head, @Nullable Object value) {
        return layers.wrap(codec.encode(head, value));
    }

    @Override
    public @Nullable Object decode(Message message, Type type) {
        return codec.decode(layers.unwrap(message), type);
    }

    @Override
    public Message seal(Message message) {
        return layers.wrap(codec.seal(message));
    }

    @Override
    public Message open(Message message) {
        return codec.open(layers.unwrap(message));
    }
}
