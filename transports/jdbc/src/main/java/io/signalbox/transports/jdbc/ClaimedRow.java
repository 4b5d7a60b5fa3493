package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.message.envelope.FieldReader;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.topic.Topic;
import io.signalbox.transports.delivery.Topics;
import org.jspecify.annotations.Nullable;

/**
 * A row that was claimed, with its message.
 *
 * @param topic {@link #NOT_LOADED}: the message is still to be asked for
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

    /** No topic: each has a level. */
    static final String NOT_LOADED = "";

    boolean isLoaded() {
        return !topic.equals(NOT_LOADED);
    }

    ClaimedRow with(String itsTopic, String itsFields, byte[] itsPayload) {
        return new ClaimedRow(
                claim,
                needsCredit,
                offered,
                attempts,
                deliveryId,
                publisher,
                itsTopic,
                itsFields,
                itsPayload,
                sizeBytes);
    }

    /** @throws io.signalbox.error.SignalboxException MALFORMED: somebody wrote the row by hand, and wrongly */
    Message message(Topics topics) {
        Topic named = topics.of(topic);
        if (fields.equals(FieldsJson.NONE)) { // as most are
            return Message.to(named).payload(payload).build();
        }
        FieldReader reader = MessageFields.reader(named);
        FieldsJson.read(fields).forEach(reader::add);
        return reader.message(payload);
    }
}
