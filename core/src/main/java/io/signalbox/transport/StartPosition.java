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
        /** Where they are is gathered in memory, 16 bytes for each. */
        public static final int COUNT_MAX = 1_000_000;

        public Last {
            if (count < 1 || count > COUNT_MAX) {
                throw new IllegalArgumentException("last=" + count + " must be from 1 to " + COUNT_MAX
                        + "; for more, start at a time or a sequence");
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
