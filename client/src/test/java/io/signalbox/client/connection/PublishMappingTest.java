package io.signalbox.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishMappingTest {
    private static final long NOW = 1_767_225_600_000L;

    private static final MessageProperties ALL = MessageProperties.builder()
            .id("id")
            .kind(MessageKind.COMMAND)
            .from("me")
            .to("you")
            .replyTo("reply/me")
            .correlation("c".getBytes(StandardCharsets.UTF_8))
            .causationId("cause")
            .traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .orderingKey("order")
            .idempotencyKey("once")
            .schema("price", "1.2")
            .contentType("application/json")
            .contentEncoding("zstd")
            .utf8Payload(true)
            .header("a", "1")
            .header("a", "2")
            .build();

    @Test
    void allOfAMessageComesBackFromItsPacket() {
        Message message = Message.to(Topic.ofMqtt("a/b"))
                .payload("payload")
                .guarantee(Guarantee.EXACTLY_ONCE)
                .retain(true)
                .priority(7)
                .timestampMillis(NOW - 1_000)
                .properties(ALL)
                .build();

        Message back = IncomingPublish.message(OutgoingPublish.of(message, NOW), NOW);

        assertThat(back.topic()).isEqualTo(message.topic());
        assertThat(back.payloadText()).isEqualTo("payload");
        assertThat(back.guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
        assertThat(back.retain()).isTrue();
        assertThat(back.priority()).isEqualTo(7);
        assertThat(back.timestampMillis()).isEqualTo(NOW - 1_000);
        assertThat(back.properties()).isEqualTo(ALL);
    }

    @Test
    void aPlainMessageHasNoUserProperties() {
        Mqtt5Publish publish = OutgoingPublish.of(Message.to(Topic.ofMqtt("a")).build(), NOW);
        assertThat(publish.getUserProperties().asList()).isEmpty();
        assertThat(publish.getMessageExpiryInterval()).isEmpty();
    }

    @Test
    void whatIsLeftOfItsTimeGoesAlongRoundedUp() {
        Message message = Message.to(Topic.ofMqtt("a"))
                .timestampMillis(NOW)
                .ttlMillis(10_000)
                .build();
        assertThat(OutgoingPublish.of(message, NOW + 2_500).getMessageExpiryInterval())
                .hasValue(8);
        assertThat(OutgoingPublish.of(message, NOW + 9_999).getMessageExpiryInterval())
                .hasValue(1);
    }

    @Test
    void theLifeThatIsLeftCountsFromTheArrivalWhateverTheMessageSaysOfItsTime() {
        Mqtt5Publish publish = Mqtt5Publish.builder()
                .topic("a")
                .messageExpiryInterval(10)
                .userProperties()
                .add("sb-timestamp", "1")
                .applyUserProperties()
                .build();
        Message message = IncomingPublish.message(publish, NOW);
        assertThat(message.isExpired(NOW + 9_999)).isFalse();
        assertThat(message.isExpired(NOW + 10_000)).isTrue();
    }

    @Test
    void aLifeThatIsOverAtTheArrivalIsNoEndlessOne() {
        Message message = IncomingPublish.message(
                Mqtt5Publish.builder().topic("a").messageExpiryInterval(0).build(), NOW);
        assertThat(message.ttlMillis()).isEqualTo(1);
        assertThat(message.isExpired(NOW + 1)).isTrue();
    }

    @Test
    void aMessageWithoutAnExpiryKeepsTheTimeThatItSays() {
        Mqtt5Publish publish = Mqtt5Publish.builder()
                .topic("a")
                .userProperties()
                .add("sb-timestamp", "" + (NOW - 1))
                .applyUserProperties()
                .build();
        Message message = IncomingPublish.message(publish, NOW);
        assertThat(message.timestampMillis()).isEqualTo(NOW - 1);
        assertThat(message.isExpired(Long.MAX_VALUE)).isFalse();
    }

    /** The server puts its own before what publishers have written, and a copy of theirs would count as its. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"7, 9, 7", "7, -, 7", "-, -, 0", "soon, 9, 0", "-1, 9, 0", "9999999999999999999, 9, 0", "'', 9, 0"
            })
    void theFirstSequenceCountsAndOneThatIsNoNumberIsNone(@Nullable String first, @Nullable String second, long known) {
        var properties = Mqtt5UserProperties.builder().add("a", "1");
        if (first != null) {
            properties = properties.add("sb-sequence", first);
        }
        if (second != null) {
            properties = properties.add("sb-sequence", second);
        }
        Mqtt5Publish publish = Mqtt5Publish.builder()
                .topic("a")
                .userProperties(properties.build())
                .build();
        assertThat(IncomingPublish.sequence(publish)).isEqualTo(known);
        assertThat(IncomingPublish.message(publish, NOW).properties().headers()).hasToString("[a, 1]");
    }

    @Test
    void headersKeepTheirOrderAndTheirRepetitions() {
        Mqtt5Publish publish = Mqtt5Publish.builder()
                .topic("a")
                .userProperties()
                .add("b", "1")
                .add("a", "2")
                .add("b", "")
                .applyUserProperties()
                .build();
        assertThat(IncomingPublish.message(publish, NOW).properties().headers()).hasToString("[b, 1, a, 2, b, ]");
    }

    @Test
    void whatOthersWroteIntoReservedNamesDoesNoHarm() {
        Mqtt5Publish publish = Mqtt5Publish.builder()
                .topic("a")
                .userProperties()
                .add("sb-priority", "eleven")
                .add("sb-kind", "nonsense")
                .add("sb-timestamp", "yesterday")
                .applyUserProperties()
                .build();
        Message message = IncomingPublish.message(publish, NOW);
        assertThat(message.priority()).isEqualTo(Message.PRIORITY_DEFAULT);
        assertThat(message.properties().kind()).isEqualTo(MessageKind.EVENT);
        assertThat(message.timestampMillis()).isZero();
    }
}
