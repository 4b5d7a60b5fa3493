package io.signalbox.codecs.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.Codecs;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCodecTest {
    record Order(String item, int count, String currency) {}

    private static final SchemaRule EXACT = SchemaRule.exact(Order.class, "order", "2.1");

    private static final SchemaRule UPCASTING = EXACT.accepting("[2,3)")
            .upcasting("1", "1.5", order -> {
                order.put("count", order.remove("quantity"));
                return order;
            })
            .upcasting("1.5", "2", order -> {
                order.put("currency", "EUR");
                return order;
            });

    private static SchemaCodec codec(SchemaRule... rules) {
        return new SchemaCodec(Codecs.load(), rules);
    }

    private static Message order(@Nullable String version, String json) {
        return Message.to(Topic.ofMqtt("orders/new"))
                .payload(json)
                .properties(MessageProperties.builder()
                        .schema("order", version)
                        .contentType("application/json")
                        .build())
                .build();
    }

    @Test
    void whatIsWrittenNamesItsSchemaAndVersion() {
        Message encoded =
                codec(EXACT).encode(Message.to(Topic.ofMqtt("orders/new")).build(), new Order("book", 2, "EUR"));
        assertThat(encoded.properties().schemaName()).isEqualTo("order");
        assertThat(encoded.properties().schemaVersion()).isEqualTo("2.1");
        assertThat(codec(EXACT).decode(encoded, Order.class)).isEqualTo(new Order("book", 2, "EUR"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "2.0", "2.2", "3", "1", "", "next", "2.1-rc"})
    void exactTakesItsOwnVersionAlone(String version) {
        assertThatThrownBy(() -> codec(EXACT).decode(order(version, "{}"), Order.class))
                .isInstanceOfSatisfying(SchemaMismatchException.class, e -> {
                    assertThat(e.deadLetterReason()).isEqualTo("schema_mismatch");
                    assertThat(e.schema()).isEqualTo("order");
                    assertThat(e.version()).isEqualTo(version);
                })
                .hasMessageContaining("2.1");
        assertThat(codec(EXACT).decode(order("2.1", "{\"item\":\"a\",\"count\":1}"), Order.class))
                .isNotNull();
        assertThat(codec(EXACT).decode(order("2.1.0", "{\"item\":\"a\",\"count\":1}"), Order.class))
                .isNotNull();
    }

    @Test
    void aRangeTakesWhatIsInIt() {
        SchemaCodec codec = codec(EXACT.accepting("[2,3)"));
        assertThat(codec.decode(order("2.9", "{\"item\":\"a\",\"count\":1}"), Order.class))
                .isNotNull();
        assertThatThrownBy(() -> codec.decode(order("3", "{\"item\":\"a\",\"count\":1}"), Order.class))
                .isInstanceOf(SchemaMismatchException.class);
    }

    @Test
    void upcastsChainToAVersionThatIsTaken() {
        SchemaCodec codec = codec(UPCASTING);
        assertThat(codec.decode(order("1", "{\"item\":\"book\",\"quantity\":2}"), Order.class))
                .isEqualTo(new Order("book", 2, "EUR"));
        assertThat(codec.decode(order("1.5", "{\"item\":\"book\",\"count\":3}"), Order.class))
                .isEqualTo(new Order("book", 3, "EUR"));
        assertThatThrownBy(() -> codec.decode(order("1.2", "{}"), Order.class))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("upcast from 1, 1.5");
    }

    @Test
    void upcastsWorkInWhicheverFormatTheMessageCame() {
        Codecs codecs = Codecs.load();
        Message old = codecs.preferring("application/msgpack")
                .encode(
                        Message.to(Topic.ofMqtt("t"))
                                .properties(MessageProperties.builder()
                                        .schema("order", "1")
                                        .build())
                                .build(),
                        Map.of("item", "book", "quantity", 2));
        assertThat(old.properties().contentType()).isEqualTo("application/msgpack");
        assertThat(codec(UPCASTING).decode(old, Order.class)).isEqualTo(new Order("book", 2, "EUR"));
    }

    @Test
    void anUpcastThatFailsIsAMismatchWithItsCause() {
        SchemaCodec codec = codec(EXACT.upcasting("1", "2.1", order -> {
            throw new IllegalStateException("no");
        }));
        assertThatThrownBy(() -> codec.decode(order("1", "{}"), Order.class))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("from 1 to 2.1")
                .hasRootCauseMessage("no");
        assertThatThrownBy(() -> codec.decode(order("1", "[1]"), Order.class)).isInstanceOf(CodecException.class);
    }

    @Test
    void upcastsThatLeadBackOrForkAreRefused() {
        assertThatThrownBy(() -> EXACT.upcasting("2", "1", order -> order)).hasMessageContaining("later");
        assertThatThrownBy(() -> EXACT.upcasting("2", "2.0", order -> order)).hasMessageContaining("later");
        assertThatThrownBy(() -> UPCASTING.upcasting("1", "2", order -> order)).hasMessageContaining("begin at one");
        assertThatThrownBy(() -> SchemaRule.exact(Order.class, "order", "latest"))
                .hasMessageContaining("latest");
    }

    @Test
    void anotherSchemaIsAMismatchAndNoVersionIsTakenAtItsWord() {
        Message other = order("2.1", "{}").toBuilder()
                .properties(MessageProperties.builder().schema("invoice", "2.1").build())
                .build();
        assertThatThrownBy(() -> codec(EXACT).decode(other, Order.class))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("invoice");
        assertThat(codec(EXACT).decode(order(null, "{\"item\":\"a\",\"count\":1}"), Order.class))
                .isNotNull();
    }

    @Test
    void aClassWithoutRulePasses() {
        assertThat(codec(EXACT).decode(order("99", "\"text\""), String.class)).isEqualTo("text");
    }

    @Test
    void theReportTellsWhoSendsWhichVersion() {
        SchemaCodec codec = codec(UPCASTING);
        codec.decode(order("2", "{\"item\":\"a\",\"count\":1}"), Order.class);
        codec.decode(order("2", "{\"item\":\"a\",\"count\":1}"), Order.class);
        codec.decode(order("1", "{\"item\":\"a\",\"quantity\":1}"), Order.class);
        codec.decode(order(null, "{\"item\":\"a\",\"count\":1}"), Order.class);
        assertThat(codec.report().isCompatible()).isTrue();
        assertThatThrownBy(() -> codec.decode(order("3", "{}"), Order.class))
                .isInstanceOf(SchemaMismatchException.class);
        assertThatThrownBy(() -> codec.decode(order("2", "{"), Order.class)).isInstanceOf(CodecException.class);
        String receiver = Order.class.getName();
        String accepts = "[2,3), upcast from 1, 1.5";
        assertThat(codec.report().toString())
                .isEqualTo(String.join(
                                "\n",
                                "schema\tversion\toutcome\tcount\treceiver\taccepts",
                                "order\t1\tUPCAST\t1\t" + receiver + "\t" + accepts,
                                "order\t2\tREAD\t2\t" + receiver + "\t" + accepts,
                                "order\t2\tUNREADABLE\t1\t" + receiver + "\t" + accepts,
                                "order\t3\tMISMATCH\t1\t" + receiver + "\t" + accepts,
                                "order\tnone\tREAD\t1\t" + receiver + "\t" + accepts)
                        + "\n");
        assertThat(codec.report().isCompatible()).isFalse();
    }

    @Test
    void theReportIsBoundedWhateverVersionsAreSent() {
        SchemaCodec codec = codec(EXACT.accepting("[0,]"));
        for (int i = 0; i < 3_000; i++) {
            codec.decode(order("1." + i, "{\"item\":\"a\",\"count\":1}"), Order.class);
        }
        assertThat(codec.report().lines()).hasSizeLessThanOrEqualTo(1_001);
        assertThat(codec.report().lines().stream()
                        .mapToLong(CompatibilityReport.Line::count)
                        .sum())
                .isEqualTo(3_000);
    }
}
