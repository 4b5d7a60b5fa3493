package io.signalbox.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.topic.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
    private static final Topic TOPIC = Topic.ofMqtt("a/b");

    @Test
    void aMessageNeedsNoMoreThanATopic() {
        Message message = Message.to(TOPIC).build();
        assertThat(message.topic()).isEqualTo(TOPIC);
        assertThat(message.payload()).isEmpty();
        assertThat(message.guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
        assertThat(message.priority()).isEqualTo(4);
        assertThat(message.retain()).isFalse();
        assertThat(message.timestampMillis()).isZero();
        assertThat(message.ttlMillis()).isZero();
        assertThat(message.properties()).isSameAs(MessageProperties.NONE);
        assertThat(message.isExpired(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void toBuilderCopiesEverything() {
        MessageProperties properties = MessageProperties.builder().id("1").build();
        Message message = Message.to(TOPIC)
                .payload("ü")
                .guarantee(Guarantee.EXACTLY_ONCE)
                .retain(true)
                .priority(9)
                .timestampMillis(5)
                .ttlMillis(6)
                .properties(properties)
                .build();
        Message copy = message.toBuilder().build();
        assertThat(copy).usingRecursiveComparison().isEqualTo(message);
        assertThat(copy.payloadText()).isEqualTo("ü");
        assertThat(message.toBuilder().topic(Topic.ofMqtt("c")).build().topic().text())
                .isEqualTo("c");
        assertThat(message.topic()).isEqualTo(TOPIC);
    }

    @ParameterizedTest
    @CsvSource({"1000, 0, false", "1000, 1000, false", "1000, 1499, false", "1000, 1500, true", "1000, 99999, true"})
    void itExpiresWhenItsLifeTimeIsOver(long timestamp, long now, boolean expired) {
        Message message =
                Message.to(TOPIC).timestampMillis(timestamp).ttlMillis(500).build();
        assertThat(message.isExpired(now)).isEqualTo(expired);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10, 256 + 4, Integer.MIN_VALUE})
    void aPriorityOutsideOfItsRangeIsRefused(int priority) {
        assertThatThrownBy(() -> Message.to(TOPIC).priority(priority))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("priority " + priority + " is outside of 0 to 9");
    }

    @Test
    void theTextDoesNotShowThePayload() {
        assertThat(Message.to(TOPIC).payload("secret").build().toString())
                .contains("a/b", "6 bytes")
                .doesNotContain("secret");
    }

    @Test
    void theEncodedFormIsTheMessagesOwn() {
        Message message = Message.to(TOPIC).build();
        message.encodedForm("bytes");
        assertThat(message.encodedForm()).isEqualTo("bytes");
        assertThat(message.toBuilder().payload("other").build().encodedForm())
                .as("another message, another form")
                .isNull();
    }

    @Test
    void guaranteesAreMqttsQualitiesOfService() {
        for (int qos = 0; qos <= 2; qos++) {
            assertThat(Guarantee.ofQos(qos).qos()).isEqualTo(qos);
            for (int other = 0; other <= 2; other++) {
                assertThat(Guarantee.ofQos(qos).atMost(Guarantee.ofQos(other)).qos())
                        .isEqualTo(Math.min(qos, other));
            }
        }
    }
}
