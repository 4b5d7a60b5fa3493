package io.signalbox.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessagePropertiesTest {
    private static MessageProperties.Builder full() {
        return MessageProperties.builder()
                .id("id")
                .kind(MessageKind.COMMAND)
                .from("from")
                .to("to")
                .replyTo("re/ply")
                .correlation(new byte[] {1, 2})
                .causationId("cause")
                .traceparent("trace")
                .orderingKey("order")
                .idempotencyKey("once")
                .schema("schema", "1.0")
                .contentType("type")
                .contentEncoding("gzip")
                .utf8Payload(true)
                .header("a", "1");
    }

    @Test
    void withoutAnythingThereIsNothing() throws Exception {
        for (RecordComponent component : MessageProperties.class.getRecordComponents()) {
            Object value = component.getAccessor().invoke(MessageProperties.NONE);
            switch (component.getName()) {
                case "kind" -> assertThat(value).isEqualTo(MessageKind.EVENT);
                case "utf8Payload" -> assertThat(value).isEqualTo(false);
                case "headers" -> assertThat(value).isEqualTo(Headers.NONE);
                default -> assertThat(value).as(component.getName()).isNull();
            }
        }
    }

    @Test
    void everyPropertyIsKeptAndCopiedByToBuilder() throws Exception {
        MessageProperties properties = full().build();
        MessageProperties copy = properties.toBuilder().build();
        assertThat(copy).isEqualTo(properties).hasSameHashCodeAs(properties);
        for (RecordComponent component : MessageProperties.class.getRecordComponents()) {
            Object value = component.getAccessor().invoke(properties);
            assertThat(value)
                    .as("%s is set by the test", component.getName())
                    .isNotEqualTo(component.getAccessor().invoke(MessageProperties.NONE));
            assertThat(component.getAccessor().invoke(copy))
                    .as(component.getName())
                    .isEqualTo(value);
        }
    }

    @Test
    void eachPropertyMakesADifference() {
        List<MessageProperties> variants = new ArrayList<>(List.of(
                full().build(),
                full().id(null).build(),
                full().kind(MessageKind.RESPONSE).build(),
                full().from(null).build(),
                full().to(null).build(),
                full().replyTo(null).build(),
                full().correlation(new byte[] {1, 3}).build(),
                full().correlation(null).build(),
                full().causationId(null).build(),
                full().traceparent(null).build(),
                full().orderingKey(null).build(),
                full().idempotencyKey(null).build(),
                full().schema(null, "1.0").build(),
                full().schema("schema", null).build(),
                full().contentType(null).build(),
                full().contentEncoding(null).build(),
                full().utf8Payload(false).build(),
                full().headers(Headers.NONE).build()));
        assertThat(variants).doesNotHaveDuplicates();
    }

    @Test
    void correlationsAreEqualByContent() {
        MessageProperties one = full().correlation(new byte[] {7}).build();
        MessageProperties two = full().correlation(new byte[] {7}).build();
        assertThat(one).isEqualTo(two).hasSameHashCodeAs(two);
    }

    @Test
    void kindsKeepTheirPlacesSinceTheyAreStored() {
        assertThat(MessageKind.values())
                .startsWith(MessageKind.EVENT, MessageKind.COMMAND, MessageKind.RESPONSE, MessageKind.NOTIFICATION);
    }
}
