package io.signalbox.benchmarks.transports;

/** Who handles messages by hand: looks at topic and payload, so that both have to be there. Not thread safe. */
final class Tally {
    private long messages;
    private long bytes;

    void handle(String topic, byte[] payload) {
        messages++;
        bytes += topic.length() + payload.length;
    }

    /** @throws IllegalStateException if others were handled than so many that are not empty */
    void demand(int wanted) {
        if (messages < wanted || bytes < wanted) {
            throw new IllegalStateException(messages + " messages of " + bytes + " bytes instead of " + wanted);
        }
    }
}
