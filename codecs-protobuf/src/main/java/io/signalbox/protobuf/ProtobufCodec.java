package io.signalbox.protobuf;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.error.ReasonCode;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Generated classes of Protocol Buffers, by protobuf-java. Fields that the receiver does not know are kept, as Protobuf
 * has it. A message without a schema gets the full name of the class's descriptor: Protobuf's bytes name no type, so
 * that is what tells a receiver that it reads the wrong one.
 */
public final class ProtobufCodec implements Codec {
    public static final String CONTENT_TYPE = "application/protobuf";

    private static final ClassValue<Generated> GENERATED = new ClassValue<>() {
        @Override
        protected Generated computeValue(Class<?> type) {
            return Generated.of(type);
        }
    };

    /** What a generated class says of itself. */
    private record Generated(String fullName, Parser<? extends Message> parser) {
        static Generated of(Class<?> type) {
            try {
                Message empty = (Message) type.getMethod("getDefaultInstance").invoke(null);
                return new Generated(empty.getDescriptorForType().getFullName(), empty.getParserForType());
            } catch (ReflectiveOperationException | ClassCastException e) {
                throw new IllegalArgumentException(type.getName() + " is no class that protoc generated", e);
            }
        }
    }

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public byte[] encode(@Nullable Object value) {
        if (value instanceof Message message) {
            return message.toByteArray();
        }
        throw new IllegalArgumentException(
                (value == null ? "null" : value.getClass().getName()) + " is no message of Protobuf");
    }

    @Override
    public io.signalbox.message.Message encode(io.signalbox.message.Message head, @Nullable Object value) {
        io.signalbox.message.Message encoded = Codec.super.encode(head, value);
        if (head.properties().schemaName() != null || !(value instanceof Message message)) {
            return encoded;
        }
        return encoded.toBuilder()
                .properties(encoded.properties().toBuilder()
                        .schema(
                                message.getDescriptorForType().getFullName(),
                                head.properties().schemaVersion())
                        .build())
                .build();
    }

    @Override
    public Object decode(byte[] bytes, Type type) {
        try {
            return generated(type).parser().parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new CodecException(
                    ReasonCode.PAYLOAD_UNREADABLE, "no Protobuf of a " + type.getTypeName() + ": " + e.getMessage(), e);
        }
    }

    private static Generated generated(Type type) {
        try {
            return GENERATED.get(type instanceof Class<?> known ? known : Object.class);
        } catch (IllegalArgumentException e) {
            throw new CodecException(
                    ReasonCode.PAYLOAD_UNREADABLE,
                    "Protobuf is no " + type.getTypeName() + "; ask for a class that protoc generated",
                    e);
        }
    }
}
