package io.signalbox.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.topic.Topic;
import org.junit.jupiter.api.Test;

class MessageSizeTest {
    private static final Topic TOPIC = Topic.ofMqtt("a");

    @Test
    void withoutPropertiesItIsThePayloadAndTheTopic() {
        assertThat(Message.to(TOPIC).payload(new byte[100]).build().sizeBytes()).isEqualTo(101);
    }

    @Test
    void aTopicIsNotForFree() {
        Topic topic = Topic.ofMqtt("t".repeat(60_000));
        assertThat(Message.to(topic).build().sizeBytes()).isEqualTo(60_000);
    }

    @Test
    void propertiesAreNotForFree() {
        String[] pairs = new String[20_000];
        java.util.Arrays.fill(pairs, "x");
        Message headers = with(MessageProperties.builder().headers(Headers.of(pairs)));
        assertThat(headers.sizeBytes()).isGreaterThan(20_000 * 40);
        assertThat(with(MessageProperties.builder().correlation(new byte[5_000]))
                        .sizeBytes())
                .isGreaterThan(5_000);
        assertThat(with(MessageProperties.builder().contentType("t".repeat(3_000)))
                        .sizeBytes())
                .isGreaterThan(3_000);
    }

    private static Message with(MessageProperties.Builder properties) {
        return Message.to(TOPIC).properties(properties.build()).build();
    }
}
