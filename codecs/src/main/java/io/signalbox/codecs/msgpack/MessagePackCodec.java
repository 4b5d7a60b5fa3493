package io.signalbox.codecs.msgpack;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.codecs.json.Faults;
import io.signalbox.error.ReasonCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * MessagePack by msgpack-core; values are bound by Jackson 3, as in JSON, so the same classes serve for both. Byte arrays
 * are binary values. Needs {@code org.msgpack:msgpack-core}.
 */
public final class MessagePackCodec implements Codec {
    public static final String CONTENT_TYPE = "application/msgpack";

    private final JsonMapper mapper;

    public MessagePackCodec() {
        this(JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build());
    }

    /** @param mapper binds values to trees; nothing of it that is about JSON's text matters */
    public MessagePackCodec(JsonMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public byte[] encode(@Nullable Object value) {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            TreeWriter.write(mapper.valueToTree(value), packer);
            return packer.toByteArray();
        } catch (JacksonException e) {
            throw new IllegalArgumentException("cannot be written as MessagePack: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    @Override
    public @Nullable Object decode(byte[] bytes, Type type) {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
            JsonNode tree = new TreeReader(unpacker, bytes.length).readWhole();
            return mapper.readValue(mapper.treeAsTokens(tree), mapper.constructType(type));
        } catch (JacksonException e) {
            throw unreadable(type, Faults.describe(e), e);
        } catch (IOException | MessagePackException e) {
            throw unreadable(type, String.valueOf(e.getMessage()), e);
        }
    }

    private static CodecException unreadable(Type type, String why, Exception cause) {
        return new CodecException(
                ReasonCode.PAYLOAD_UNREADABLE, "no MessagePack of a " + type.getTypeName() + ": " + why, cause);
    }
}
