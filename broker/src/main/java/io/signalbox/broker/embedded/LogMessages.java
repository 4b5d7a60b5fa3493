package io.signalbox.broker.embedded;

import io.signalbox.broker.record.MessageReader;
import io.signalbox.broker.record.RecordType;
import io.signalbox.log.LogRecord;
import io.signalbox.transport.StoredMessage;
import java.util.Optional;

/** The broker's log as people read it. */
public final class LogMessages {
    private LogMessages() {}

    /** Empty for records about sessions and settlements. */
    public static Optional<StoredMessage> of(LogRecord record) {
        return record.type() == RecordType.MESSAGE ? Optional.of(MessageReader.stored(record)) : Optional.empty();
    }
}
