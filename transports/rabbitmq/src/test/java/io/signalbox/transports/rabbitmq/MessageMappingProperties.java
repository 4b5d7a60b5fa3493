package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.LongStringHelper;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.RandomMessages;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties and headers give the message back, whole; the seed is the test's argument. */
final class MessageMappingProperties {
    private static final int CASES = 5_000;

    @ParameterizedTest
    @ValueSource(longs = {3, 44, 20_261_128})
    void everyMessageComesBack(long seed) {
        RandomMessages messages = new RandomMessages(seed);
        for (boolean priorities : new boolean[] {false, true}) {
            MessageMapping mapping = new MessageMapping(priorities);
            for (int i = 0; i < CASES; i++) {
                Message message = messages.next();
                if (message.guarantee() == Guarantee.EXACTLY_ONCE) {
                    continue; // refused before it comes here
                }
                BasicProperties wire = overTheWire(mapping.properties(message, "s", new Origin(1, i).bytes()));
                boolean light = message.guarantee() == Guarantee.AT_MOST_ONCE;
                Message back = mapping.message(message.topic(), wire, message.payload(), light);
                RandomMessages.assertSame(back, message, "seed " + seed + ", case " + i);
                assertThat(Origin.of(wire)).isEqualTo(new Origin(1, i));
            }
        }
    }

    /** Short strings keep to their length, and texts in a table come back as the client library's long strings. */
    private static BasicProperties overTheWire(BasicProperties properties) {
        Map<String, Object> headers = new HashMap<>();
        Objects.requireNonNull(properties.getHeaders()).forEach((name, value) -> {
            assertThat(name.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(255);
            headers.put(name, value instanceof String text ? LongStringHelper.asLongString(text) : value);
        });
        for (String text : new String[] {
            properties.getContentType(),
            properties.getContentEncoding(),
            properties.getMessageId(),
            properties.getCorrelationId(),
            properties.getReplyTo(),
            properties.getType()
        }) {
            if (text != null) {
                assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(255);
            }
        }
        return properties.builder().headers(headers).build();
    }

    @Test
    void aPlainMessageCarriesItsOriginAlone() {
        Message message = Message.to(io.signalbox.topic.Topic.ofMqtt("a")).build();
        BasicProperties properties = new MessageMapping(false).properties(message, null, new Origin(1, 2).bytes());
        assertThat(properties.getHeaders()).containsOnlyKeys(Origin.HEADER);
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getPriority()).isNull();
        assertThat(properties.getAppId()).isNull();
    }

    @Test
    void whereThereArePrioritiesTheDefaultIsSaidToo() {
        Message message = Message.to(io.signalbox.topic.Topic.ofMqtt("a")).build();
        assertThat(new MessageMapping(true)
                        .properties(message, null, new byte[16])
                        .getPriority())
                .isEqualTo(Message.PRIORITY_DEFAULT);
    }
}
