package io.signalbox.codecs.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.Codecs;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaCheckTest {
    record Order(String item, int count) {}

    private static final String SCHEMA = """
            {"type": "object", "required": ["item", "count"], "properties": {
              "item": {"type": "string", "minLength": 1}, "count": {"$ref": "#/$defs/positive"}},
             "$defs": {"positive": {"type": "integer", "minimum": 1}}}""";

    private final Codecs codecs = Codecs.load();
    private final SchemaCodec codec = new SchemaCodec(
            codecs, SchemaRule.exact(Order.class, "order", "1").checkedBy(JsonSchemaCheck.of(SCHEMA, codecs)));

    private static Message head() {
        return Message.to(Topic.ofMqtt("t")).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/msgpack"})
    void whatKeepsTheSchemaPassesInEveryFormat(String contentType) {
        Message message = codecs.preferring(contentType).encode(head(), new Order("book", 1));
        assertThat(codec.decode(message, Order.class)).isEqualTo(new Order("book", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/msgpack"})
    void whatBreaksItIsRefusedByPlaceAndRuleWithoutItsValue(String contentType) {
        Message message = codecs.preferring(contentType).encode(head(), Map.of("item", "secret", "count", -77));
        assertThatThrownBy(() -> codec.decode(message, Order.class))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("'minimum' at '/count'")
                .hasMessageNotContaining("77")
                .hasMessageNotContaining("secret");
        assertThat(codec.report().lines().getFirst().outcome()).isEqualTo(CompatibilityReport.Outcome.MISMATCH);
    }

    @Test
    void whatBreaksItDoesNotLeave() {
        assertThatThrownBy(() -> codec.encode(head(), new Order("", 0)))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("2 places");
    }

    @Test
    void aMissingPropertyIsNoticed() {
        Message message = codecs.encode(head(), Map.of("item", "book"));
        assertThatThrownBy(() -> codec.decode(message, Order.class)).hasMessageContaining("required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"type\": 7}", "{\"$ref\": \"#/$defs/none\"}"})
    void aTextThatIsNoSchemaIsRefusedAtOnce(String text) {
        assertThatThrownBy(() -> JsonSchemaCheck.of(text, codecs)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingIsFetchedFromTheNetwork() {
        assertThatThrownBy(() -> JsonSchemaCheck.of("{\"$ref\": \"http://127.0.0.1:9/schema.json\"}", codecs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("127.0.0.1");
    }
}
