package io.signalbox.log;

import java.util.Arrays;

/**
 * One record. From {@link Log#read} it is the caller's own; from {@link Log#scan} it is a view that moves on.
 * Fields are valid for the thread that received it.
 */
public final class LogRecord {
    private byte[] array = {};
    private int at;
    private int length;
    private long position;

    LogRecord() {}

    /** Points at a record whose length was checked against the array. */
    LogRecord wrap(byte[] bytes, int recordAt, long recordPosition) {
        array = bytes;
        at = recordAt;
        length = Layout.getInt(bytes, recordAt);
        position = recordPosition;
        return this;
    }

    public long position() {
        return position;
    }

    /** Where to go on reading after this record; not always a record itself, but a scan from here misses none. */
    public long nextPosition() {
        return position + length;
    }

    /** 0 to 255. */
    public int type() {
        return array[at + Layout.RECORD_TYPE_AT] & 0xff;
    }

    /** The posting list it belongs to, 0 for none. */
    public long key() {
        return Layout.getLong(array, at + Layout.RECORD_KEY_AT);
    }

    public long sequence() {
        return Layout.getLong(array, at + Layout.RECORD_SEQUENCE_AT);
    }

    public long timeMillis() {
        return Layout.getLong(array, at + Layout.RECORD_TIME_AT);
    }

    /** The array that holds the payload and more; not to be written to. */
    public byte[] array() {
        return array;
    }

    /** Where the payload begins in {@link #array()}. */
    public int offset() {
        return at + Layout.RECORD_HEADER;
    }

    /** Bytes of payload. */
    public int length() {
        return length - Layout.RECORD_HEADER;
    }

    /** A copy of the payload. */
    public byte[] copyPayload() {
        return Arrays.copyOfRange(array, offset(), offset() + length());
    }

    /** A record of one's own, to keep after the visit. */
    public LogRecord copy() {
        return new LogRecord().wrap(Arrays.copyOfRange(array, at, at + length), 0, position);
    }

    @Override
    public String toString() {
        return "LogRecord[position=" + position + ", type=" + type() + ", key=" + key() + ", sequence=" + sequence()
                + ", timeMillis=" + timeMillis() + ", length=" + length() + "]";
    }
}
