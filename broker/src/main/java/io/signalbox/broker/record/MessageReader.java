package io.signalbox.broker.record;

import io.signalbox.log.Log;
import io.signalbox.log.LogRecord;
import io.signalbox.message.Message;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Messages from log records. */
public final class MessageReader {
    private MessageReader() {}

    /** @throws UncheckedIOException if the log cannot give it back unharmed */
    public static Message at(Log log, long position) {
        try {
            return stored(log.read(position)).message();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param record of type MESSAGE */
    public static StoredMessage stored(LogRecord record) {
        if (record.type() != RecordType.MESSAGE) {
            throw new IllegalStateException(
                    "record at position " + record.position() + " is of type " + record.type() + ", no message");
        }
        RecordReader in = new RecordReader(record.array(), record.offset(), record.length());
        in.varint();
        in.varint();
        for (int targets = in.count(); targets > 0; targets--) {
            in.varint();
            MatchCodec.read(in);
        }
        return new StoredMessage(record.sequence(), record.timeMillis(), MessageCodec.read(in));
    }
}
