package io.signalbox.bus.queue;

/** A message that came, and can go back where it came from to come again. */
public interface Returnable {
    /** What message it is: equal for all deliveries of it. May cost a look at all of it. */
    Object origin();

    /** False: it is a message that was never delivered before, though it may look like one that was. */
    boolean mayHaveComeBefore();

    Source source();

    /** When it came, by the clock of its source: what came before it was asked about before it. */
    long cameNanos();

    /** When it came, by this process's clock, which does not stand still. */
    long atNanos();

    /** So long after {@link #atNanos} its time is over, and nobody brings it again; 0: it has all the time. */
    long ttlNanos();
}
