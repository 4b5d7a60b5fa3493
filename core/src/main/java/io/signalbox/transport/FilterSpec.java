package io.signalbox.transport;

import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a session. A second one with the same filter and share group replaces the first.
 *
 * @param shareGroup one member of the group gets each message; null: everybody does
 * @param guarantee the most a delivery to this subscription promises
 * @param subscriptionId repeated with each delivery; 0: none (MQTT 5, 3.8.2.1.2)
 * @param noLocal do not deliver what this session published itself
 * @param retainAsPublished keep the retain flag as the publisher set it
 * @param retained what of the retained messages to send at once
 * @param replaySpeed 0: as fast as can be; 1: as it happened; n: n times as fast
 */
public record FilterSpec(
        TopicFilter filter,
        @Nullable String shareGroup,
        Guarantee guarantee,
        int subscriptionId,
        boolean noLocal,
        boolean retainAsPublished,
        RetainedDelivery retained,
        StartPosition start,
        double replaySpeed) {

    /** MQTT 5, 3.8.3.1, Retain Handling. */
    public enum RetainedDelivery {
        SEND,
        SEND_IF_NEW,
        NONE
    }

    public static FilterSpec of(TopicFilter filter, Guarantee guarantee) {
        return new FilterSpec(filter, null, guarantee, 0, false, false, RetainedDelivery.SEND, StartPosition.NEW, 0);
    }

    public FilterSpec withShareGroup(String group) {
        return new FilterSpec(
                filter, group, guarantee, subscriptionId, noLocal, retainAsPublished, retained, start, replaySpeed);
    }

    public FilterSpec withStart(StartPosition position, double speed) {
        return new FilterSpec(
                filter, shareGroup, guarantee, subscriptionId, noLocal, retainAsPublished, retained, position, speed);
    }
}
