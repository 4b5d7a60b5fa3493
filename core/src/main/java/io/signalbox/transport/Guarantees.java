package io.signalbox.transport;

import io.signalbox.transport.Capabilities.Feature;

/**
 * What a transport promises, in words for whoever chooses one. Each sentence is held against the transport by a test
 * that tries to break it.
 *
 * @param durability what has happened when a publish is answered
 * @param order what is in order
 * @param duplicates when a receiver may see a message twice
 * @param lossWindow when a message may be lost all the same
 * @param retention what ends the life of messages that wait
 */
public record Guarantees(String durability, String order, String duplicates, String lossWindow, String retention) {

    /** What follows from the capabilities alone. */
    public static Guarantees of(Capabilities capabilities) {
        return new Guarantees(
                "a publish reaches " + capabilities.durability() + " at most",
                capabilities.has(Feature.ORDERED) ? "per topic and ordering key" : "not promised",
                capabilities.has(Feature.EXACTLY_ONCE)
                        ? "none for exactly once; at least once, after a failure"
                        : "after a failure",
                switch (capabilities.durability()) {
                    case NONE -> "any time";
                    case ROUTED -> "the process of the engine ends";
                    case BUFFERED -> "the machine of the engine loses power before its disk has it";
                    case SYNCED -> "the disk of the engine is lost";
                    case REPLICATED -> "the disks of several machines are lost";
                },
                capabilities.has(Feature.DURABLE_SESSIONS)
                        ? "the bounds of a session's queue, and its expiry"
                        : "nothing waits");
    }

    /** As an operator reads it. */
    public String text() {
        return "durability  " + durability
                + "\norder       " + order
                + "\nduplicates  " + duplicates
                + "\nloss        " + lossWindow
                + "\nretention   " + retention
                + "\n";
    }
}
