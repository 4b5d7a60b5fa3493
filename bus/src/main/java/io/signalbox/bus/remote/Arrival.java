package io.signalbox.bus.remote;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;

/** One delivery of the link. @param deliveryId 0: settled already */
record Arrival(int deliveryId, Message message) {
    Topic topic() {
        return message.topic();
    }
}
