package io.signalbox.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecsTest {
    private final Shout json = new Shout("application/json", "text/json");
    private final Shout pack = new Shout("application/msgpack", "application/x-msgpack");
    private final Codecs codecs = Codecs.of(List.of(pack, json));

    /** Writes the type and the value; counts how often it was made. */
    private static final class Shout implements CodecProvider, Codec {
        private final List<String> types;
        private int made;

        Shout(String... types) {
            this.types = List.of(types);
        }

        @Override
        public List<String> contentTypes() {
            return types;
        }

        @Override
        public Codec create() {
            made++;
            return this;
        }

        @Override
        public String contentType() {
            return types.getFirst();
        }

        @Override
        public byte[] encode(@Nullable Object value) {
            return (types.getFirst() + "!" + value).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Object decode(byte[] bytes, Type type) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (!text.startsWith(types.getFirst() + "!")) {
                throw new CodecException(ReasonCode.PAYLOAD_UNREADABLE, "not mine");
            }
            return text.substring(types.getFirst().length() + 1);
        }
    }

    private static Message head(String contentType) {
        return Message.to(Topic.ofMqtt("t"))
                .properties(MessageProperties.builder().contentType(contentType).build())
                .build();
    }

    @Test
    void jsonIsWrittenUnlessAnotherIsPreferredOrNamed() {
        Message plain = codecs.encode(Message.to(Topic.ofMqtt("t")).build(), 1);
        assertThat(plain.properties().contentType()).isEqualTo("application/json");
        assertThat(codecs.preferring("application/x-msgpack")
                        .encode(Message.to(Topic.ofMqtt("t")).build(), 1)
                        .payloadText())
                .isEqualTo("application/msgpack!1");
        Message named = codecs.encode(head("application/x-msgpack; v=5"), 1);
        assertThat(named.payloadText()).isEqualTo("application/msgpack!1");
        assertThat(named.properties().contentType()).isEqualTo("application/x-msgpack; v=5");
    }

    @Test
    void whatArrivesIsReadByItsContentType() {
        for (String type : List.of("application/json", "TEXT/JSON; charset=utf-8", "application/vnd.order+json")) {
            assertThat(codecs.decode(codecs.encode(head(type), 7), String.class))
                    .isEqualTo("7");
        }
        assertThat(codecs.decode(codecs.encode(head("application/msgpack"), 7), String.class))
                .isEqualTo("7");
        Message untold =
                Message.to(Topic.ofMqtt("t")).payload("application/json!x").build();
        assertThat(codecs.decode(untold, String.class)).isEqualTo("x");
    }

    @Test
    void anUnknownContentTypeIsATypedErrorThatNamesTheKnown() {
        assertThatThrownBy(() -> codecs.decode(head("application/cbor"), String.class))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.PAYLOAD_UNREADABLE))
                .hasMessageContaining("application/cbor")
                .hasMessageContaining("application/msgpack");
        assertThatThrownBy(() -> codecs.encode(head("application/cbor"), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> codecs.preferring("application/cbor")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCodecIsMadeOnceAndNotBeforeItIsNeeded() {
        assertThat(json.made + pack.made).isZero();
        codecs.encode(head("application/json"), 1);
        codecs.encode(head("text/json"), 1);
        codecs.preferring("application/msgpack").encode(head("application/json"), 1);
        assertThat(json.made).isEqualTo(1);
        assertThat(pack.made).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/msgpack | application/msgpack",
                "*/* | application/json",
                "application/* | application/json",
                "text/* | application/json",
                "application/json;q=0.5, application/msgpack | application/msgpack",
                "application/msgpack;q=0.5, application/json;q=0.5 | application/json",
                "image/png, application/msgpack;q=0.1 | application/msgpack",
                "application/msgpack;q=2, application/json;q=x | ''",
                "image/* | ''",
                "'' | ''"
            })
    void anAcceptFieldChooses(String accept, String chosen) {
        assertThat(codecs.negotiate(accept).map(Codec::contentType).orElse("")).isEqualTo(chosen);
    }

    @Test
    void aClassPathWithoutCodecsSaysWhatToAdd() {
        assertThatThrownBy(Codecs::load).hasMessageContaining("signalbox-codecs");
    }

    @Test
    void oneCodecAloneRefusesWhatIsWrapped() {
        Message wrapped = Message.to(Topic.ofMqtt("t"))
                .payload("application/json!x")
                .properties(MessageProperties.builder().contentEncoding("zstd").build())
                .build();
        assertThatThrownBy(() -> json.decode(wrapped, String.class))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("zstd");
        Message charset = wrapped.toBuilder()
                .properties(MessageProperties.builder().contentEncoding("UTF-8").build())
                .build();
        assertThat(json.decode(charset, String.class)).isEqualTo("x");
    }
}
