package io.signalbox.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ListValue;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.Codecs;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.codec.CodecContract;
import io.signalbox.topic.Topic;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtobufCodecTest extends CodecContract {
    private final ProtobufCodec codec = new ProtobufCodec();

    @Override
    protected Codec codec() {
        return codec;
    }

    @Override
    protected List<Sample> samples() {
        Struct struct = Struct.newBuilder()
                .putFields("item", Value.newBuilder().setStringValue("book 😀").build())
                .putFields(
                        "counts",
                        Value.newBuilder()
                                .setListValue(ListValue.newBuilder()
                                        .addValues(Value.newBuilder().setNumberValue(0.1)))
                                .build())
                .build();
        return List.of(
                new Sample(struct, Struct.class),
                new Sample(Value.newBuilder().setStringValue("x").build(), Value.class));
    }

    @Override
    protected List<byte[]> hostile() {
        // Struct.fields and Value.string_value are field 1 and 3; lists are field 1 of field 6.
        byte[] nested = nested(500);
        return List.of(
                HexFormat.of().parseHex("0affffffff07"), // 2 GiB
                HexFormat.of().parseHex("0affffffffffffffffff01"), // a negative length
                HexFormat.of().parseHex("0a"), // no length
                HexFormat.of().parseHex("00"), // field 0
                HexFormat.of().parseHex("0f"), // wire type 7
                HexFormat.of().parseHex("ffffffffffffffffffff01"), // a tag of 11 bytes
                nested);
    }

    /** A group of an unknown field, opened again and again. */
    private static byte[] nested(int depth) {
        byte[] groups = new byte[depth];
        Arrays.fill(groups, (byte) ((15 << 3) | 3));
        return groups;
    }

    @Test
    void theBytesAreTheseOfProtobuf() {
        // google.protobuf.Timestamp {seconds: 1, nanos: 2}
        Timestamp timestamp = Timestamp.newBuilder().setSeconds(1).setNanos(2).build();
        assertThat(HexFormat.of().formatHex(codec.encode(timestamp))).isEqualTo("0801" + "1002");
    }

    @Test
    void theSchemaIsTheNameOfTheDescriptorUnlessTheMessageHasOne() {
        Message head = Message.to(Topic.ofMqtt("t")).build();
        assertThat(codec.encode(head, StringValue.of("x")).properties().schemaName())
                .isEqualTo("google.protobuf.StringValue");
        Message named = head.toBuilder()
                .properties(MessageProperties.builder().schema("order", "2").build())
                .build();
        assertThat(codec.encode(named, StringValue.of("x")).properties().schemaName())
                .isEqualTo("order");
    }

    @Test
    void nothingButGeneratedClassesIsCarried() {
        assertThatThrownBy(() -> codec.encode("text")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> codec.decode(new byte[0], String.class))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.PAYLOAD_UNREADABLE))
                .hasMessageContaining("java.lang.String");
    }

    @Test
    void theClassPathAnnouncesIt() {
        assertThat(Codecs.load().find("application/x-protobuf")).containsInstanceOf(ProtobufCodec.class);
    }
}
