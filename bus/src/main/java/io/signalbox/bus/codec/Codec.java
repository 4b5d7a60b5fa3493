package io.signalbox.bus.codec;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Thread safe. The class to decode to comes from the receiver's own registrations, never from the bytes. */
public interface Codec {
    /** As in the property of that name: {@code application/json}. */
    String contentType();

    /** @throws IllegalArgumentException if the value cannot be written */
    byte[] encode(@Nullable Object value);

    /** @throws IllegalArgumentException if the bytes are no value of that type */
    @Nullable
    Object decode(byte[] bytes, Type type);
}
