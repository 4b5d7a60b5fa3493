package io.signalbox.broker.record;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;

/**
 * A message in the log:
 *
 * <pre>
 * flags     1 byte   bits 0-1 guarantee, 2 retain, 3 has properties, 4-7 priority
 * topic     s        canonical text
 * timestamp v        epoch milliseconds, 0 unknown
 * ttl       v        milliseconds, 0 none
 * properties         if flagged: kind, utf8 flag, each text as optional, headers [name s, value s]
 * payload   v, bytes
 * </pre>
 */
public final class MessageCodec {
    private static final MessageKind[] KINDS = MessageKind.values();

    private MessageCodec() {}

    public static void write(RecordWriter out, Message m) {
        boolean hasProperties = m.properties() != MessageProperties.NONE;
        out.octet(m.guarantee().qos() | (m.retain() ? 4 : 0) | (hasProperties ? 8 : 0) | (m.priority() << 4));
        out.string(m.topic().text());
        out.varint(m.timestampMillis());
        out.varint(m.ttlMillis());
        if (hasProperties) {
            writeProperties(out, m.properties());
        }
        out.bytes(m.payload());
    }

    private static void writeProperties(RecordWriter out, MessageProperties p) {
        out.octet(p.kind().ordinal()).octet(p.utf8Payload() ? 1 : 0);
        out.optional(p.id()).optional(p.from()).optional(p.to()).optional(p.replyTo());
        out.optionalBytes(p.correlation());
        out.optional(p.causationId()).optional(p.traceparent());
        out.optional(p.orderingKey()).optional(p.idempotencyKey());
        out.optional(p.schemaName()).optional(p.schemaVersion());
        out.optional(p.contentType()).optional(p.contentEncoding());
        out.varint(p.headers().size());
        for (int i = 0; i < p.headers().size(); i++) {
            out.string(p.headers().name(i)).string(p.headers().value(i));
        }
    }

    /** Does the message that begins here ask to be retained? Reads nothing. */
    public static boolean peekRetain(RecordReader in) {
        return (in.peekOctet() & 4) != 0;
    }

    public static Message read(RecordReader in) {
        int flags = in.octet();
        Message.Builder message = Message.to(Topic.ofMqtt(in.string()))
                .guarantee(Guarantee.ofQos(flags & 3))
                .retain((flags & 4) != 0)
                .priority(flags >> 4)
                .timestampMillis(in.varint())
                .ttlMillis(in.varint());
        if ((flags & 8) != 0) {
            message.properties(readProperties(in));
        }
        return message.payload(in.bytes()).build();
    }

    private static MessageProperties readProperties(RecordReader in) {
        MessageProperties.Builder p = MessageProperties.builder().kind(KINDS[in.octet()]);
        p.utf8Payload(in.octet() == 1);
        p.id(in.optional()).from(in.optional()).to(in.optional()).replyTo(in.optional());
        p.correlation(in.optionalBytes());
        p.causationId(in.optional()).traceparent(in.optional());
        p.orderingKey(in.optional()).idempotencyKey(in.optional());
        String schema = in.optional();
        p.schema(schema, in.optional());
        p.contentType(in.optional()).contentEncoding(in.optional());
        int headers = in.count();
        String[] pairs = new String[2 * headers];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = in.string();
        }
        return p.headers(Headers.of(pairs)).build();
    }
}
