package io.signalbox.codecs.plain;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.error.ReasonCode;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Byte arrays as they are; null is the empty one. Arrays are shared, not copied: nobody may write to them. */
public final class BytesCodec implements Codec {
    public static final String CONTENT_TYPE = "application/octet-stream";

    private static final byte[] EMPTY = {};

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public byte[] encode(@Nullable Object value) {
        return switch (value) {
            case null -> EMPTY;
            case byte[] bytes -> bytes;
            default ->
                throw new IllegalArgumentException(
                        value.getClass().getName() + " is no byte[]; " + CONTENT_TYPE + " carries nothing else");
        };
    }

    @Override
    public Object decode(byte[] bytes, Type type) {
        if (type == byte[].class || type == Object.class) {
            return bytes;
        }
        throw new CodecException(
                ReasonCode.PAYLOAD_UNREADABLE,
                "plain bytes are no " + type.getTypeName() + "; the sender should name the format in its content type");
    }
}
