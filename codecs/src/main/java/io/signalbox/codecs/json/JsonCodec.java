package io.signalbox.codecs.json;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.error.ReasonCode;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON by Jackson 3. Properties that the receiver does not know are passed over, so that a sender may add some; nothing
 * in the bytes chooses a class. Text behind the value is refused.
 */
public final class JsonCodec implements Codec {
    public static final String CONTENT_TYPE = "application/json";

    private static final int DEPTH_MAX = 100;

    private final JsonMapper mapper;

    public JsonCodec() {
        this(JsonMapper.builder(JsonFactory.builder()
                        // The default pool hangs on threads, of which virtual ones have many.
                        .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(DEPTH_MAX)
                                .build())
                        .build())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build());
    }

    public JsonCodec(JsonMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public byte[] encode(@Nullable Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public @Nullable Object decode(byte[] bytes, Type type) {
        try {
            return mapper.readValue(bytes, mapper.constructType(type));
        } catch (JacksonException e) {
            throw new CodecException(
                    ReasonCode.PAYLOAD_UNREADABLE, "no JSON of a " + type.getTypeName() + ": " + Faults.describe(e), e);
        }
    }
}
