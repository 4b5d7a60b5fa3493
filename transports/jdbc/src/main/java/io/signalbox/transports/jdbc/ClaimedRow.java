package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.message.envelope.FieldReader;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.topic.Topic;
import org.jspecify.annotations.Nullable;

/**
 * A row that was claimed, with its message.
 *
 * @param attempts failed deliveries before
 * @param deliveryId that it had with an earlier owner; 0: none
 * @param sizeBytes about what it needs in memory
 */
record ClaimedRow(
        Claim claim,
        boolean needsCredit,
        boolean offered,
        int attempts,
        int deliveryId,
        @Nullable String publisher,
        String topic,
        String fields,
        byte[] payload,
        int sizeBytes) {

    /** @throws io.signalbox.error.SignalboxException MALFORMED: somebody wrote the row by hand, and wrongly */
    Message message() {
        FieldReader reader = MessageFields.reader(Topic.ofMqtt(topic));
        FieldsJson.read(fields).forEach(reader::add);
        return reader.message(payload);
    }
}
