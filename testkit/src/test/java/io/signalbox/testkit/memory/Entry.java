package io.signalbox.testkit.memory;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import org.jspecify.annotations.Nullable;

/** One message owed to one session. */
final class Entry {
    final Message message;
    final Match match;
    final boolean fromRetained;
    /** {@code group filter} of the share group it came by. */
    final @Nullable String group;

    int id;
    int deliveryCount;
    boolean offeredBefore;
    boolean received;
    /** Not handed over before. */
    long notBefore;
    /** Offered again when it is unsettled then. */
    long deadline = Long.MAX_VALUE;

    Entry(Message message, Match match, boolean fromRetained, @Nullable String group) {
        this.message = message;
        this.match = match;
        this.fromRetained = fromRetained;
        this.group = group;
    }

    boolean isExactlyOnce() {
        return message.guarantee().atMost(match.guarantee()) == Guarantee.EXACTLY_ONCE;
    }

    /** What a retry parks. */
    @Nullable
    String orderingLane() {
        String key = message.properties().orderingKey();
        return key == null ? null : message.topic() + " " + key;
    }
}
