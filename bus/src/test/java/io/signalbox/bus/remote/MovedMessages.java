package io.signalbox.bus.remote;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;

/** The events of {@link KeyOrderSimulationTest} on their way. */
final class MovedMessages {
    private MovedMessages() {}

    static Message of(String key, int number, MessageProperties properties) {
        return Message.to(Topic.ofMqtt("shop/moved"))
                .payload("{\"key\":\"" + key + "\",\"number\":" + number + "}")
                .properties(properties)
                .build();
    }

    static int number(Message message) {
        String json = message.payloadText();
        return Integer.parseInt(json.substring(json.lastIndexOf(':') + 1, json.length() - 1));
    }
}
