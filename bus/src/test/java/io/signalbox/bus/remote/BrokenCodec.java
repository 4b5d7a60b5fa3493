package io.signalbox.bus.remote;

import io.signalbox.codec.Codecs;
import io.signalbox.codec.MessageCodec;
import io.signalbox.message.Message;
import java.lang.reflect.Type;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Cannot write or read what its predicate says, and fails as a codec should not. */
final class BrokenCodec implements MessageCodec {
    private final MessageCodec whole = Codecs.load();
    private final Predicate<Object> unwritable;
    private final Predicate<Type> unreadable;

    BrokenCodec(Predicate<Object> unwritable, Predicate<Type> unreadable) {
        this.unwritable = unwritable;
        this.unreadable = unreadable;
    }

    @Override
    public Message encode(Message head, @Nullable Object value) {
        if (value != null && unwritable.test(value)) {
            throw new UnsupportedOperationException("broken pencil");
        }
        return whole.encode(head, value);
    }

    @Override
    public @Nullable Object decode(Message message, Type type) {
        if (unreadable.test(type)) {
            throw new StackOverflowError("too deep");
        }
        return whole.decode(message, type);
    }
}
