package io.signalbox.bus.remote;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.CodecProvider;
import io.signalbox.error.ReasonCode;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The bus finds its codec on the class path; the one that ships knows the bus's tests no more than the bus knows it. */
public final class TestJsonProvider implements CodecProvider {
    @Override
    public List<String> contentTypes() {
        return List.of("application/json");
    }

    @Override
    public Codec create() {
        return new Json();
    }

    private static final class Json implements Codec {
        private final JsonMapper mapper = JsonMapper.shared();

        @Override
        public String contentType() {
            return "application/json";
        }

        @Override
        public byte[] encode(@Nullable Object value) {
            return mapper.writeValueAsBytes(value);
        }

        @Override
        public @Nullable Object decode(byte[] bytes, Type type) {
            try {
                return mapper.readValue(bytes, mapper.constructType(type));
            } catch (JacksonException e) {
                throw new CodecException(ReasonCode.PAYLOAD_UNREADABLE, "no JSON: " + e.getOriginalMessage(), e);
            }
        }
    }
}
