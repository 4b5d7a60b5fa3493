package io.signalbox.codecs.plain;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Strings in UTF-8; null is the empty one. */
public final class TextCodec implements Codec {
    public static final String CONTENT_TYPE = "text/plain";

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    /** @throws IllegalArgumentException for half of a surrogate pair too, which UTF-8 cannot write */
    @Override
    public byte[] encode(@Nullable Object value) {
        String text = switch (value) {
            case null -> "";
            case String string -> string;
            default ->
                throw new IllegalArgumentException(
                        value.getClass().getName() + " is no String; " + CONTENT_TYPE + " carries nothing else");
        };
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the text holds half of a surrogate pair", e);
        }
    }

    @Override
    public Message encode(Message head, @Nullable Object value) {
        Message encoded = Codec.super.encode(head, value);
        return encoded.toBuilder()
                .properties(encoded.properties().toBuilder().utf8Payload(true).build())
                .build();
    }

    @Override
    public Object decode(byte[] bytes, Type type) {
        if (type != String.class && type != CharSequence.class && type != Object.class) {
            throw new CodecException(
                    ReasonCode.PAYLOAD_UNREADABLE,
                    "plain text is no " + type.getTypeName()
                            + "; the sender should name the format in its content type");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CodecException(ReasonCode.PAYLOAD_UNREADABLE, "the text is not UTF-8", e);
        }
    }
}
