package io.signalbox.log;

/** The bytes at this position are not the record that was written there. */
public final class CorruptRecordException extends LogException {
    private static final long serialVersionUID = 1L;

    private final long position;
    private final String reason;

    CorruptRecordException(long position, String reason) {
        super("record at position " + position + " is damaged: " + reason
                + "; run 'signalbox log verify' for the exact extent");
        this.position = position;
        this.reason = reason;
    }

    public long position() {
        return position;
    }

    public String reason() {
        return reason;
    }
}
