package io.signalbox.log;

/** No record begins at this position: it was removed by retention, is not written yet, or never was a record. */
public final class RecordNotFoundException extends LogException {
    private static final long serialVersionUID = 1L;

    private final long position;

    RecordNotFoundException(long position, String reason) {
        super("no record at position " + position + ": " + reason);
        this.position = position;
    }

    public long position() {
        return position;
    }
}
