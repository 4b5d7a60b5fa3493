package io.signalbox.client.spool;

import io.signalbox.client.spool.Publication.Spooled;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import java.io.IOException;
import java.util.List;

/** Keeps messages in the order in which they were given. */
interface Store extends AutoCloseable {
    /** Hears what became of an append. On the store's threads; must not block. */
    interface Appended {
        /** It may be read from here on. */
        void stored(Spooled receipt);

        void failed(SignalboxException why);
    }

    /**
     * One that waits.
     *
     * @param next where reading goes on
     * @param bytes as its quota counts it
     */
    record Stored(long sequence, Message message, long next, int bytes) {}

    /** Some of them, and where to read on. */
    record Page(List<Stored> messages, long next) {}

    /** What was found when it was opened. */
    record Found(long messages, long bytes) {}

    Found found();

    /** Bytes as its quota counts them. */
    byte[] encode(Message message);

    /** In the order of the calls, one at a time. @return its sequence */
    long append(Message message, byte[] encoded, Appended appended);

    /** Where the first that waits is. */
    long start();

    /** @return false: there is nothing at that place yet */
    boolean hasMore(long from);

    /** Those that are safe, from the place on: at most so many of so many bytes together, though always one. */
    Page read(long from, int max, long bytesMax) throws IOException;

    /** All up to this sequence are done with; the place is where the next begins. */
    void done(long sequence, long next);

    /** These are done with too, though not all before them are. */
    void doneBehind(List<Long> sequences);

    /** Ranges that could not be read: how many messages were in them nobody knows. */
    long gaps();

    /** Called when there is something more to read. */
    void onReadable(Runnable listener);

    @Override
    void close();
}
