package io.signalbox.client.spool;

import io.signalbox.log.Log;
import io.signalbox.log.LogRecord;
import io.signalbox.log.RecordVisitor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What an earlier process left in the log: marks say how far the server has it all, everything behind the last of them
 * waits.
 */
final class Recovered {
    /** Types of records. */
    static final int MESSAGE = 1;

    /** Sequence and position up to which all is done with, 8 bytes each. */
    static final int MARK = 2;

    static final int MARK_BYTES = 16;

    /** {@link GivenUp}, all of it. */
    static final int GIVEN_UP = 3;

    private final Log log;
    private final GivenUp givenUp = new GivenUp();
    private long doneSequence;
    private long donePosition;
    private long lastSequence;
    private long messages;
    private long bytes;

    private Recovered(Log log) {
        this.log = log;
    }

    static Recovered from(Log log, long usedSequence) throws IOException {
        Recovered recovered = new Recovered(log);
        log.scan(log.startPosition(), log.endPosition(), recovered.new Marks());
        recovered.givenUp.forget(recovered.doneSequence);
        recovered.donePosition = Math.max(recovered.donePosition, log.startPosition());
        log.scan(recovered.donePosition, log.endPosition(), recovered.new Waiting());
        recovered.lastSequence = Math.max(recovered.lastSequence, usedSequence);
        return recovered;
    }

    /** Where the first is that waits. */
    long donePosition() {
        return donePosition;
    }

    long doneSequence() {
        return doneSequence;
    }

    long lastSequence() {
        return lastSequence;
    }

    GivenUp givenUp() {
        return givenUp;
    }

    Store.Found found() {
        return new Store.Found(messages, bytes);
    }

    private final class Marks implements RecordVisitor {
        @Override
        public boolean onRecord(LogRecord record) {
            lastSequence = Math.max(lastSequence, record.sequence());
            if (record.type() == MARK && record.length() == MARK_BYTES) {
                ByteBuffer mark = ByteBuffer.wrap(record.array(), record.offset(), MARK_BYTES);
                doneSequence = mark.getLong();
                donePosition = mark.getLong();
            } else if (record.type() == GIVEN_UP) {
                givenUp.decode(ByteBuffer.wrap(record.array(), record.offset(), record.length()));
            }
            return true;
        }
    }

    private final class Waiting implements RecordVisitor {
        @Override
        public boolean onRecord(LogRecord record) {
            if (record.type() == MESSAGE && record.sequence() > doneSequence && !givenUp.has(record.sequence())) {
                messages++;
                bytes += record.length();
            }
            return true;
        }
    }
}
