package io.signalbox.transports.kafka;

import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.Mailbox;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** From a record to a session's mailbox. */
record Intake(
        String session, RecordMapping mapping, DeadLetters deadLetters, Mailbox<Claim> mailbox, Appetite appetite) {

    boolean isOwn(ConsumerRecord<byte[], byte[]> record) {
        return RecordMapping.isPublisher(record, session);
    }

    void take(ConsumerRecord<byte[], byte[]> record, Match match, Cursor cursor, Ledger ledger) {
        Arrival<Claim> arrival = arrival(record, Place.of(record), match, cursor, ledger);
        if (arrival != null) {
            mailbox.arrived(arrival);
        }
    }

    /** Noted in the ledger, and not in the mailbox yet; null for one that is no message, which is a dead letter. */
    @Nullable
    Arrival<Claim> arrival(
            ConsumerRecord<byte[], byte[]> record, Place place, Match match, Cursor cursor, Ledger ledger) {
        Ledger.Entry entry = ledger.add(record.offset());
        int bytes = RecordMapping.sizeBytes(record);
        OwnClaim claim = new OwnClaim(cursor, ledger, entry, place, appetite, bytes);
        appetite.took(bytes);
        Message message;
        try {
            message = mapping.message(record);
        } catch (RuntimeException e) {
            // Whatever a stranger wrote: thrown on, it would take the rest of the poll with it.
            deadLetters.bury(
                    record,
                    new Death(DeadReason.MALFORMED, String.valueOf(e.getMessage()), session, 0, place),
                    claim::done);
            return null;
        }
        Identity identity = new Identity(cursor.group(), place);
        return new Arrival<>(claim, message, match, identity, ledger.maybeSeen(record.offset()));
    }
}
