package io.signalbox.transports.kafka;

import io.signalbox.topic.Topic;

/**
 * A tree of topics that is kept in a Kafka topic of its own. It may be one that others made and write to: a record in it
 * that names no topic has this one.
 *
 * @param topic this one and all below it
 * @param kafkaTopic letters, digits, dots, hyphens and underscores, at most 249
 */
public record Root(Topic topic, String kafkaTopic) {
    /** @throws IllegalArgumentException for a name that Kafka does not take */
    public Root {
        KafkaConfig.checkName(kafkaTopic);
    }

    /** @param topic canonical text */
    public static Root of(String topic, String kafkaTopic) {
        return new Root(Topic.ofMqtt(topic), kafkaTopic);
    }
}
