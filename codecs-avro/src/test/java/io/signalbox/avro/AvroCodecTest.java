package io.signalbox.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.Codecs;
import io.signalbox.error.ReasonCode;
import io.signalbox.testkit.codec.CodecContract;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

class AvroCodecTest extends CodecContract {
    private static final Schema OLD = schema("{\"name\":\"item\",\"type\":\"string\"}");
    private static final Schema NEW =
            schema("{\"name\":\"item\",\"type\":\"string\"},{\"name\":\"count\",\"type\":\"int\",\"default\":1}");

    private final AvroCodec codec = AvroCodec.of(OLD, NEW);

    private static Schema schema(String fields) {
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Order\",\"namespace\":\"shop\",\"fields\":[" + fields + "]}");
    }

    private static GenericRecord old(String item) {
        GenericRecord order = new GenericData.Record(OLD);
        order.put("item", new Utf8(item));
        return order;
    }

    private static OrderRecord order() {
        OrderRecord order = new OrderRecord();
        order.put(0, new Utf8("book 😀"));
        order.put(1, -2);
        order.put(2, List.of(new Utf8("a"), new Utf8("b")));
        order.put(3, ByteBuffer.wrap(new byte[] {0, -1}));
        return order;
    }

    @Override
    protected Codec codec() {
        return codec;
    }

    @Override
    protected List<Sample> samples() {
        GenericRecord order = new GenericData.Record(NEW);
        order.put("item", new Utf8("book"));
        order.put("count", 2);
        return List.of(new Sample(order(), OrderRecord.class), new Sample(order, GenericRecord.class));
    }

    @Override
    protected List<byte[]> hostile() {
        byte[] nested = new byte[400_000];
        Arrays.fill(nested, (byte) 0);
        for (int i = 4; i < nested.length; i += 5) {
            nested[i] = 2; // item "", count 0, no tags, no blob, and another one inside
        }
        return List.of(
                hex(""),
                hex("c3010000000000000000"), // a schema that nobody knows
                record("feffffff0f"), // a string of 2 GiB
                record("0000" + "feffffff0f"), // an array of 2^31 elements
                record("0000" + "01" + "00"), // a block of a negative number of elements without its size
                record("0000" + "00" + "feffffff0f"), // 2 GiB of bytes
                record("0000" + "00" + "00" + "08"), // a branch that the union has not
                record("ffffffffffffffffffff01"), // a number of 11 bytes
                record("0000" + "00" + "00" + "00" + "00"), // more than a record
                concat(hex("c301"), fingerprint(), nested));
    }

    private static byte[] fingerprint() {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(KnownSchemas.fingerprint(OrderRecord.SCHEMA$))
                .array();
    }

    private static byte[] record(String hex) {
        return concat(hex("c301"), fingerprint(), hex(hex));
    }

    private static byte[] concat(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void theBytesAreTheseOfTheSingleObjectEncoding() {
        byte[] bytes = codec.encode(old("ab"));
        assertThat(HexFormat.of().formatHex(bytes, 0, 2)).isEqualTo("c301");
        assertThat(HexFormat.of().formatHex(bytes, 10, bytes.length)).isEqualTo("04" + "6162");
    }

    @Test
    void anOldRecordIsResolvedToTheNewestSchema() {
        assertThat(codec.decode(codec.encode(old("book")), GenericRecord.class))
                .isInstanceOfSatisfying(
                        GenericRecord.class,
                        order -> assertThat(order.get("count")).isEqualTo(1));
    }

    @Test
    void whatAReaderCannotReadIsKnownBeforeMessagesTell() {
        assertThat(codec.incompatibilities(NEW)).isEmpty();
        assertThat(codec.incompatibilities(OLD)).isEmpty();
        Schema strict = schema("{\"name\":\"item\",\"type\":\"string\"},{\"name\":\"price\",\"type\":\"long\"}");
        assertThat(codec.incompatibilities(strict))
                .hasSize(2)
                .allSatisfy(fault -> assertThat(fault).contains("price"));
    }

    @Test
    void aSchemaThatIsNotKnownIsAMismatch() {
        byte[] bytes = codec.encode(old("book"));
        assertThatThrownBy(() -> AvroCodec.of(NEW).decode(bytes, GenericRecord.class))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.SCHEMA_MISMATCH));
    }

    @Test
    void aRecordOfAnotherNameIsNotRead() {
        byte[] bytes = codec.encode(old("book"));
        assertThatThrownBy(() -> codec.decode(bytes, OrderRecord.class)).isInstanceOf(CodecException.class);
    }

    @Test
    void whatDoesNotKeepItsSchemaIsNotWritten() {
        assertThatThrownBy(() -> codec.encode(new GenericData.Record(OLD)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> codec.encode("text")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> codec.decode(codec.encode(old("x")), String.class))
                .isInstanceOf(CodecException.class);
    }

    @Test
    void theClassPathAnnouncesIt() {
        assertThat(Codecs.load().find("application/avro")).containsInstanceOf(AvroCodec.class);
    }
}
