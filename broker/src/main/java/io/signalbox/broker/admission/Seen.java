package io.signalbox.broker.admission;

/** The first message of its kind, told by a key or by a publisher's tag; others of the kind are answered as it was. */
public final class Seen {
    /** Whatever an earlier process had safely in its log. */
    public static final Seen STORED = new Seen(0, 0, 0);

    private final long timeMillis;
    private final long sequence;
    private final long end;
    private volatile boolean failed;

    /** @param end the log position after its record; 0: it was not logged */
    public Seen(long timeMillis, long sequence, long end) {
        this.timeMillis = timeMillis;
        this.sequence = sequence;
        this.end = end;
    }

    long timeMillis() {
        return timeMillis;
    }

    public long sequence() {
        return sequence;
    }

    /** The log position after its record; 0: nothing is to be waited for. */
    public long end() {
        return end;
    }

    /** The disk failed it after all. Any thread. */
    public void fail() {
        failed = true;
    }

    public boolean failed() {
        return failed;
    }
}
