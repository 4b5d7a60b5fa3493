package io.signalbox.gateway.amqp.message;

import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.message.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** 3.2.4, as a client sent it. */
final class PropertiesSection {
    @Nullable
    String userId;

    @Nullable
    String to;

    long absoluteExpiryMillis;
    long creationMillis;

    private @Nullable Scalar messageId;
    private @Nullable Scalar correlationId;
    private @Nullable String subject;
    private @Nullable String replyTo;
    private @Nullable String contentType;
    private @Nullable String contentEncoding;
    private @Nullable String groupId;
    private @Nullable String groupSequence;
    private @Nullable String replyToGroupId;

    void read(ValueReader in) {
        int count = in.readList();
        for (int field = 0; field < count; field++) {
            if (!in.readNull()) {
                read(field, in);
            }
        }
    }

    private void read(int field, ValueReader in) {
        switch (field) {
            case 0 -> messageId = id(in);
            case 1 -> userId = new String(in.readBinary(), StandardCharsets.UTF_8);
            case 2 -> to = in.readText();
            case 3 -> subject = in.readText();
            case 4 -> replyTo = in.readText();
            case 5 -> correlationId = id(in);
            case 6 -> contentType = in.readText();
            case 7 -> contentEncoding = in.readText();
            case 8 -> absoluteExpiryMillis = in.readNumber();
            case 9 -> creationMillis = in.readNumber();
            case 10 -> groupId = in.readText();
            case 11 -> groupSequence = Long.toString(in.readNumber() & 0xFFFF_FFFFL);
            case 12 -> replyToGroupId = in.readText();
            default -> throw Violation.malformed("properties of a message have 13 fields at most (3.2.4)");
        }
    }

    /** One of four types (3.2.4). */
    private static Scalar id(ValueReader in) {
        Scalar id = Scalar.read(in);
        if (!Scalar.isIdType(id.type())) {
            throw Violation.malformed("a message id is a ulong, uuid, binary or string (3.2.4)");
        }
        return id;
    }

    /** What has no place of its own in a message becomes a header. */
    void addFields(IncomingMessage message) {
        header(message, WireNames.SUBJECT, subject);
        header(message, WireNames.USER_ID, userId);
        header(message, WireNames.GROUP_SEQUENCE, groupSequence);
        header(message, WireNames.REPLY_TO_GROUP, replyToGroupId);
        Scalar id = messageId;
        if (id != null && id.type() != Scalar.STRING) {
            message.types.add(ValueTypes.MESSAGE_ID, id.type());
        }
        Scalar correlation = correlationId;
        if (correlation != null && correlation.type() != Scalar.STRING && !isBytesAlone(correlation)) {
            message.types.add(ValueTypes.CORRELATION_ID, correlation.type());
        }
    }

    /** Bytes that are no text can only have been binary. */
    private static boolean isBytesAlone(Scalar correlation) {
        return correlation.type() == Scalar.BINARY && !OutgoingBody.isText(bytes(correlation));
    }

    private static void header(IncomingMessage message, String name, @Nullable String value) {
        if (value != null) {
            message.add(name, value);
        }
    }

    /** Is there anything for {@link #apply}? */
    boolean describes() {
        return messageId != null
                || correlationId != null
                || replyTo != null
                || contentType != null
                || contentEncoding != null
                || groupId != null;
    }

    /** AMQP's own fields before properties that say the same. */
    MessageProperties.Builder apply(MessageProperties.Builder to) {
        if (messageId != null) {
            to.id(messageId.text());
        }
        if (replyTo != null) {
            to.replyTo(Address.topicText(replyTo));
        }
        if (correlationId != null) {
            to.correlation(bytes(correlationId));
        }
        if (contentType != null) {
            to.contentType(contentType);
        }
        if (contentEncoding != null) {
            to.contentEncoding(contentEncoding);
        }
        if (groupId != null) {
            to.orderingKey(groupId);
        }
        return to;
    }

    private static byte[] bytes(Scalar correlation) {
        return correlation.type() == Scalar.BINARY
                ? Base64.getDecoder().decode(correlation.text())
                : correlation.text().getBytes(StandardCharsets.UTF_8);
    }
}
