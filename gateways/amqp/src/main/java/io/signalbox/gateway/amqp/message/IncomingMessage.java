package io.signalbox.gateway.amqp.message;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.FieldReader;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.topic.Topic;
import org.jspecify.annotations.Nullable;

/** A message as a client sent it: read once, section by section, then made the message of a topic. Not thread safe. */
public final class IncomingMessage {
    private static final int PRIORITY_MAX = 9;

    /** Stands in until {@link #toMessage} names the topic; never seen. */
    private static final Topic NONE = Topic.ofMqtt("none");

    /** Null: it says nothing of itself that a section of AMQP does not. */
    private @Nullable FieldReader fields;

    final ValueTypes types = new ValueTypes();
    final HeaderSection header = new HeaderSection();
    final PropertiesSection properties = new PropertiesSection();
    final Body body = new Body();

    private IncomingMessage() {}

    /**
     * @param bytes with the payload of its transfers from {@code begin} to {@code end}
     * @throws Violation it is not a message (3.2)
     * @throws SignalboxException MALFORMED: a field has a value that it cannot have
     */
    public static IncomingMessage read(byte[] bytes, int begin, int end) {
        IncomingMessage message = new IncomingMessage();
        ValueReader in = new ValueReader(bytes, begin, end);
        int last = 0;
        while (in.hasMore()) {
            int from = in.at();
            int section = in.readSection();
            boolean repeats = section == last && (section == Section.DATA || section == Section.SEQUENCE);
            boolean secondBody = message.body.isThere() && section < Section.FOOTER;
            if (!repeats && (section <= last || secondBody)) {
                throw Violation.malformed("the sections of a message are not in their order (3.2)");
            }
            last = section;
            message.readSection(section, from, in);
        }
        return message;
    }

    private void readSection(int section, int from, ValueReader in) {
        switch (section) {
            case Section.HEADER -> header.read(in);
            case Section.MESSAGE_ANNOTATIONS -> PropertyMap.readAnnotations(in, this);
            case Section.PROPERTIES -> properties.read(in);
            case Section.APPLICATION_PROPERTIES -> PropertyMap.readApplicationProperties(in, this);
            case Section.DATA -> body.readData(in);
            case Section.VALUE -> body.readValue(in);
            case Section.SEQUENCE -> body.readSequence(in, from);
            default -> in.skip(); // for this hop alone (3.2.2), or a footer, which nothing here is computed over
        }
    }

    /** {@code properties.to}: where an anonymous relay sends it. */
    public @Nullable String to() {
        return properties.to;
    }

    /** Who the client says has sent it; to be checked (3.2.4). Null: it says nothing. */
    public @Nullable String userId() {
        return properties.userId;
    }

    /**
     * @param preSettled nobody waits for an outcome
     * @throws SignalboxException MALFORMED, as in {@link #read}
     */
    public Message toMessage(Topic topic, boolean preSettled, long nowMillis) {
        properties.addFields(this);
        body.addType(types);
        String typesText = types.text();
        if (typesText != null) {
            add(ValueTypes.HEADER, typesText);
        }
        byte[] payload = body.payload();
        FieldReader described = fields;
        Message.Builder builder = described != null
                ? described.message(payload).toBuilder()
                : Message.to(topic).payload(payload);
        builder.topic(topic)
                .guarantee(preSettled && !header.durable ? Guarantee.AT_MOST_ONCE : Guarantee.AT_LEAST_ONCE);
        if (header.priority >= 0) {
            builder.priority(Math.min(header.priority, PRIORITY_MAX));
        }
        lifetime(builder, nowMillis);
        if (properties.describes() || body.isText()) {
            MessageProperties known = described != null ? builder.build().properties() : MessageProperties.NONE;
            builder.properties(properties
                    .apply(known.toBuilder())
                    .utf8Payload(known.utf8Payload() || body.isText())
                    .build());
        }
        return builder.build();
    }

    /** Life time counts from now, when the message has come; the earlier end holds. */
    private void lifetime(Message.Builder builder, long nowMillis) {
        long ttl = header.ttlMillis;
        if (properties.absoluteExpiryMillis > 0) {
            long left = Math.max(1, properties.absoluteExpiryMillis - nowMillis);
            ttl = ttl == 0 ? left : Math.min(ttl, left);
        }
        if (ttl > 0) {
            builder.ttlMillis(ttl).timestampMillis(nowMillis);
        } else if (properties.creationMillis > 0) {
            builder.timestampMillis(properties.creationMillis);
        }
    }

    /** A field of the envelope, or a header. */
    void field(String name, String value) {
        switch (name) {
            // The address, the transfer and the properties say these, and nobody may say otherwise.
            case FieldNames.TOPIC,
                    FieldNames.QOS,
                    FieldNames.TIMESTAMP,
                    FieldNames.TTL,
                    ValueTypes.HEADER,
                    WireNames.SUBJECT,
                    WireNames.USER_ID,
                    WireNames.GROUP_SEQUENCE,
                    WireNames.REPLY_TO_GROUP -> {}
            default -> add(name, value);
        }
    }

    /** The same of this gateway's own. */
    void add(String name, String value) {
        FieldReader reader = fields == null ? MessageFields.reader(NONE) : fields;
        fields = reader;
        reader.add(name, value);
    }

    static SignalboxException malformed(String detail) {
        return new SignalboxException(ReasonCode.MALFORMED, detail);
    }
}
