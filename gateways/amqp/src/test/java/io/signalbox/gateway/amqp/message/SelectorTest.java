package io.signalbox.gateway.amqp.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jakarta Messaging, 3.8.1. */
class SelectorTest {
    private static final Message MESSAGE = Message.to(Topic.ofMqtt("t"))
            .payload(new byte[0])
            .priority(7)
            .properties(MessageProperties.NONE.toBuilder()
                    .id("m-1")
                    .orderingKey("customer-7")
                    .headers(Headers.of(
                            "color",
                            "red",
                            "weight",
                            "3",
                            "ratio",
                            "0.5",
                            "flag",
                            "true",
                            ValueTypes.HEADER,
                            "weight:i&ratio:d&flag:?",
                            WireNames.SUBJECT,
                            "order"))
                    .build())
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "color = 'red'; true",
                "color <> 'red'; false",
                "color IN ('blue', 'red'); true",
                "color LIKE 'r%'; true",
                "color LIKE 'r_d'; true",
                "color LIKE '%b%'; false",
                "weight > 2 AND weight <= 3; true",
                "weight + 1 = 4; true",
                "weight BETWEEN 4 AND 5; false",
                "ratio < 0.6; true",
                "flag = TRUE; true",
                "NOT flag; false",
                "missing IS NULL; true",
                "missing = 'x'; false",
                "missing <> 'x'; false",
                "color > 3; false",
                "JMSPriority = 7; true",
                "JMSType = 'order'; true",
                "JMSMessageID = 'm-1'; true",
                "JMSXGroupID = 'customer-7'; true",
                "JMSDeliveryMode = 'PERSISTENT'; true"
            })
    void passesWhatItDescribes(String selector, boolean passes) {
        assertThat(Selector.parse(selector).matches(MESSAGE)).isEqualTo(passes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "color =",
                "color = 'red",
                "((color = 'red')",
                "XPATH '//a'",
                "xquery '//a'",
                "convert_string_expressions:weight = '3'",
                "hyphenated_props:a-b = 1",
                "color LIKE '%a%a%a%'",
                "a LIKE '%a%' OR b LIKE '%a%' OR c LIKE '%a%' OR d LIKE '%a%' OR e LIKE '%a%'"
            })
    void whatIsNoneIsRefused(String selector) {
        assertThatThrownBy(() -> Selector.parse(selector))
                .isInstanceOf(Violation.class)
                .hasMessageStartingWith("the selector cannot be used");
    }

    @Test
    void itsLengthAndDepthAreBounded() {
        assertThatThrownBy(() -> Selector.parse("color = '" + "x".repeat(1_024) + "'"))
                .hasMessageContaining("the limit is 1024");
        for (String deep : new String[] {"(", "NOT ", "-", "+"}) {
            assertThatThrownBy(() -> Selector.parse(deep.repeat(33) + "color"))
                    .as(deep)
                    .hasMessageContaining("nests deeper than 32");
        }
        String allowed = "(".repeat(32) + "color = 'red'" + ")".repeat(32);
        assertThat(Selector.parse(allowed).matches(MESSAGE)).isTrue();
    }

    @Test
    void aPatternIsNotTriedOnALongText() {
        Message message = MESSAGE.toBuilder()
                .properties(MESSAGE.properties().toBuilder()
                        .headers(Headers.of("color", "a".repeat(513)))
                        .build())
                .build();
        assertThat(Selector.parse("color LIKE 'a%'").matches(message)).isFalse();
        assertThat(Selector.parse("color IS NULL").matches(message)).isTrue();
    }
}
