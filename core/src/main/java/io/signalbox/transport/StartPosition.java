package io.signalbox.transport;

/** Where in the past a subscription begins. Between the past and the live stream nothing is missing and nothing twice. */
public sealed interface StartPosition {
    StartPosition NEW = new New();
    StartPosition ALL = new All();
    StartPosition LAST_PER_TOPIC = new LastPerTopic();

    /** Only what is published from now on. */
    record New() implements StartPosition {}

    /** Everything the log still has. */
    record All() implements StartPosition {}

    /** The last {@code count} messages over all matching topics. */
    record Last(int count) implements StartPosition {
        public Last {
            if (count < 1) {
                throw new IllegalArgumentException("last=" + count + " must be at least 1");
            }
        }
    }

    /** The newest message of each matching topic. */
    record LastPerTopic() implements StartPosition {}

    /** From that sequence on, inclusive. */
    record Sequence(long sequence) implements StartPosition {}

    /** From that time on, inclusive. */
    record Time(long epochMillis) implements StartPosition {}
}
