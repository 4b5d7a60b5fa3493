package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.Mailbox;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** From a record to a session's mailbox. */
record Intake(
        String session, RecordMapping mapping, DeadLetters deadLetters, Mailbox<Claim> mailbox, Appetite appetite) {

    boolean isOwn(ConsumerRecord<byte[], byte[]> record) {
        return RecordMapping.isPublisher(record, session);
    }

    void take(ConsumerRecord<byte[], byte[]> record, Match match, Cursor cursor, Ledger ledger) {
        Ledger.Entry entry = ledger.add(record.offset());
        Place place = Place.of(record);
        int bytes = RecordMapping.sizeBytes(record);
        OwnClaim claim = new OwnClaim(cursor, ledger, entry, place, appetite, bytes);
        appetite.took(bytes);
        Message message;
        try {
            message = mapping.message(record);
        } catch (SignalboxException e) {
            deadLetters.bury(
                    record,
                    new Death(DeadReason.MALFORMED, String.valueOf(e.getMessage()), session, 0, place),
                    claim::done);
            return;
        }
        Identity identity = new Identity(cursor.group(), place);
        mailbox.arrived(new Arrival<>(claim, message, match, identity, ledger.maybeSeen(record.offset())));
    }
}
