package io.signalbox.configuration.bridge;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transports.composite.bridge.BridgeMapping;
import org.jspecify.annotations.Nullable;

/**
 * What a message becomes on the other side.
 *
 * @param topicPrefix put before its topic; empty: none
 */
record BridgeRule(MessageSelection selection, String topicPrefix) implements BridgeMapping {
    @Override
    public @Nullable Message map(Message message) {
        Message selected = selection.select(message);
        return selected == null || topicPrefix.isEmpty()
                ? selected
                : selected.toBuilder()
                        .topic(Topic.ofMqtt(topicPrefix + selected.topic().text()))
                        .build();
    }
}
