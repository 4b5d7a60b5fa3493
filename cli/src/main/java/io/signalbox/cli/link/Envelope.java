package io.signalbox.cli.link;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.FieldReader;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the commands know of a message, which is what MQTT 5 has, as the message that AMQP and HTTP are written from, and
 * back.
 */
final class Envelope {
    private static final long SECOND_MILLIS = 1_000;

    /** Fields that {@link Incoming} and {@link PublishProperties} have a place for. */
    private static final Set<String> ELSEWHERE = Set.of(
            FieldNames.TOPIC,
            FieldNames.QOS,
            FieldNames.RETAIN,
            FieldNames.TTL,
            FieldNames.REPLY_TO,
            FieldNames.CORRELATION,
            FieldNames.CORRELATION_BASE64,
            FieldNames.CONTENT_TYPE,
            FieldNames.UTF8);

    private Envelope() {}

    /** @throws io.signalbox.error.SignalboxException a value is not one of its field's */
    static Message message(Outgoing from, Topic topic) {
        FieldReader fields = MessageFields.reader(topic);
        from.properties().user().forEach(property -> fields.add(property.name(), property.value()));
        Message message = fields.message(from.payload());
        PublishProperties said = from.properties();
        MessageProperties known = message.properties();
        return message.toBuilder()
                .topic(topic)
                .guarantee(Guarantee.ofQos(from.qos()))
                .retain(from.retain())
                .ttlMillis(said.expirySeconds() < 0 ? 0 : Math.max(1, said.expirySeconds() * SECOND_MILLIS))
                .properties(known.toBuilder()
                        .contentType(said.contentType() != null ? said.contentType() : known.contentType())
                        .replyTo(said.responseTopic() != null ? said.responseTopic() : known.replyTo())
                        .correlation(said.correlation() != null ? said.correlation() : known.correlation())
                        .build())
                .build();
    }

    static Incoming incoming(Message message, Runnable acknowledge) {
        List<UserProperty> user = new ArrayList<>();
        MessageFields.list(message, (name, value) -> {
            if (!ELSEWHERE.contains(name)) {
                user.add(new UserProperty(plain(name), value));
            }
        });
        MessageProperties known = message.properties();
        return new Incoming(
                message.topic().text(),
                message.payload(),
                message.guarantee().qos(),
                message.retain(),
                new PublishProperties(
                        message.ttlMillis() == 0 ? -1 : message.ttlMillis() / SECOND_MILLIS,
                        known.utf8Payload() ? Boolean.TRUE : null,
                        known.contentType(),
                        known.replyTo(),
                        known.correlation(),
                        List.copyOf(user)),
                acknowledge);
    }

    /** MQTT calls the one field of the envelope that others share with HTTP by a name of its own. */
    private static String plain(String name) {
        return name.equals(FieldNames.CONTENT_ENCODING) ? FieldNames.RESERVED + name : name;
    }
}
