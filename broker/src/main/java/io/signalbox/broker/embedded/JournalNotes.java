package io.signalbox.broker.embedded;

import io.signalbox.broker.journal.Journal;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.record.RecordWriter;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.broker.session.SessionNotes;
import io.signalbox.topic.TopicFilter;

/** The notes of sessions as records of the journal. */
final class JournalNotes implements SessionNotes {
    private final Journal journal;

    JournalNotes(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void attachment(BrokerSession session, boolean attached) {
        if (session.durable()) {
            journal.note(
                    RecordType.ATTACHMENT,
                    new RecordWriter()
                            .varint(session.id())
                            .varint(attached ? 1 : 0)
                            .copy(),
                    null);
        }
    }

    @Override
    public void settled(long sessionId, long[] positions) {
        RecordWriter out = new RecordWriter().varint(sessionId).varint(positions.length);
        for (long position : positions) {
            out.varint(position);
        }
        journal.note(RecordType.SETTLED, out.copy(), null);
    }

    @Override
    public void pastDoneTo(long sessionId, TopicFilter filter, long boundary, long sequence) {
        journal.note(
                RecordType.PAST_DONE_TO,
                new RecordWriter()
                        .varint(sessionId)
                        .string(filter.text())
                        .varint(boundary)
                        .varint(sequence)
                        .copy(),
                null);
    }

    @Override
    public void pastEnded(long sessionId, TopicFilter filter, long boundary) {
        journal.note(
                RecordType.PAST_ENDED,
                new RecordWriter()
                        .varint(sessionId)
                        .string(filter.text())
                        .varint(boundary)
                        .copy(),
                null);
    }

    @Override
    public void failed(long sessionId, long position, int deliveryCount) {
        journal.note(RecordType.FAILED, three(sessionId, position, deliveryCount), null);
    }

    @Override
    public void assigned(long sessionId, long position, int deliveryId, Runnable durable) {
        journal.note(RecordType.ASSIGNED, three(sessionId, position, deliveryId), durable);
    }

    @Override
    public void received(long sessionId, long position, int deliveryId, Runnable durable) {
        journal.note(RecordType.RECEIVED, three(sessionId, deliveryId, position), durable);
    }

    @Override
    public void completed(long sessionId, int deliveryId) {
        journal.note(
                RecordType.COMPLETED,
                new RecordWriter().varint(sessionId).varint(deliveryId).copy(),
                null);
    }

    private static byte[] three(long a, long b, long c) {
        return new RecordWriter().varint(a).varint(b).varint(c).copy();
    }
}
