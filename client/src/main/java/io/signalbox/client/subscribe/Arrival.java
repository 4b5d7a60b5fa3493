package io.signalbox.client.subscribe;

import io.signalbox.client.connection.LinkEvents.Settling;
import io.signalbox.message.Message;

/** A message as one subscription has it. */
record Arrival(Message message, Settling settling) {
    boolean settled() {
        return message.guarantee().qos() == 0;
    }
}
