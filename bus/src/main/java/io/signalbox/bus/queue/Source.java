package io.signalbox.bus.queue;

/** What brings messages from outside, and takes back what is to come again later. Thread safe. */
public interface Source {
    /** It has ended, and with it what it had taken back: none of that comes again. */
    boolean hasForgotten();

    /**
     * How long it has brought something, in nanoseconds from its beginning. While nothing comes at all (the process or
     * the network stood still) this stands still too: then nothing is late.
     */
    long nanoTime();
}
