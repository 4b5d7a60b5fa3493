package io.signalbox.transports.remote;

import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transports.connection.ResponseTimes;
import org.jspecify.annotations.Nullable;

/** Holds receipts against what the operator says the other server gives. Thread safe. */
final class ReceiptWatch {
    private static final int RECORDED_EACH = 64;

    private final Durability expected;
    private final ResponseTimes responseTimes;
    private volatile @Nullable String less;

    /** The loop's. */
    private @Nullable Topic lessAt;

    private int answers;

    ReceiptWatch(Durability expected, ResponseTimes responseTimes) {
        this.expected = expected;
        this.responseTimes = responseTimes;
    }

    /** On the loop. @return the level to tell: no more than is claimed */
    Durability saw(Pending pending, Durability reached) {
        if (answers++ % RECORDED_EACH == 0) {
            responseTimes.record(System.nanoTime() - pending.sentNanos);
        }
        Topic topic = pending.message.topic();
        if (!reached.atLeast(expected)) {
            lessAt = topic;
            less = "a publish to " + topic + " reached " + reached + ", not " + expected
                    + ", which is what its configuration says of it (durability)";
        } else if (topic.equals(lessAt)) {
            lessAt = null;
            less = null;
        }
        return reached.atLeast(expected) ? expected : reached;
    }

    /** Null while receipts say as much as they should. */
    @Nullable
    String less() {
        return less;
    }
}
