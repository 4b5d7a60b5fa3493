package io.signalbox.testkit;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;

/** One call of {@link io.signalbox.transport.Subscriber#onDelivery}, as it came. */
public record Delivery(
        int deliveryId, Message message, Match match, int deliveryCount, boolean redelivered, boolean fromRetained) {

    public String payload() {
        return message.payloadText();
    }

    public String topic() {
        return message.topic().text();
    }

    /** What this delivery promises: the lower of what was published and what was granted. */
    public Guarantee guarantee() {
        return message.guarantee().atMost(match.guarantee());
    }

    @Override
    public String toString() {
        return "#" + deliveryId + " " + topic() + "=" + payload() + " " + guarantee() + " count=" + deliveryCount
                + (redelivered ? " redelivered" : "") + (fromRetained ? " retained" : "");
    }
}
