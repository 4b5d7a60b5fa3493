package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class NamesTest {
    private final Names names = new Names("p");

    @Test
    void everyNameFitsAShortString() {
        String session = "ü".repeat(60_000);
        String other = "ü".repeat(60_001);
        assertThat(names.session(session)).isNotEqualTo(names.session(other));
        assertThat(new Names("p".repeat(60))
                        .share(session, TopicFilter.ofMqtt("a/#"))
                        .getBytes(StandardCharsets.UTF_8)
                        .length)
                .isLessThanOrEqualTo(Names.SHORT_STRING_BYTES_MAX);
        assertThat(names.session("plain")).isEqualTo("p.session.plain");
    }

    @Test
    void aTopicThatDoesNotFitARoutingKeyIsRefusedWithItsLength() {
        assertThat(Names.routingKey(Topic.ofMqtt("a".repeat(255)))).hasSize(255);
        assertThatThrownBy(() -> Names.routingKey(Topic.ofMqtt("ü".repeat(128))))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.TOPIC_INVALID))
                .hasMessageContaining("256")
                .hasMessageContaining("255");
    }

    @Test
    void wildcardsAreTheServersOwn() {
        assertThat(Names.bindingKey(TopicFilter.ofCanonical("a/+/#/x.y"))).isEqualTo("a.*.#.x%2Ey");
    }

    @Test
    void aConfigurationThatCannotWorkIsRefused() {
        RabbitMqConfig config = RabbitMqConfig.of(URI.create("amqp://localhost"));
        assertThatThrownBy(() -> config.withPrefix("p".repeat(61))).hasMessageContaining("60");
        assertThatThrownBy(() -> config.withHierarchies("a/b")).hasMessageContaining("a/b");
        assertThatThrownBy(() ->
                        new PublishLimits(1000, 1, java.time.Duration.ofSeconds(1), java.time.Duration.ofSeconds(1)))
                .hasMessageContaining("1000");
        assertThatThrownBy(() ->
                        new DeliveryLimits(0, 1, java.time.Duration.ofSeconds(1), java.time.Duration.ofSeconds(1)))
                .hasMessageContaining("attempts 0");
    }
}
