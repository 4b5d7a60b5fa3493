package io.signalbox.transports.redis;

import io.signalbox.message.Message;
import io.signalbox.message.envelope.FieldNames;
import io.signalbox.message.envelope.FieldReader;
import io.signalbox.message.envelope.MessageFields;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as the fields of a stream's entry: those of {@link MessageFields#list}, in order, the payload's bytes in
 * {@value #PAYLOAD}, and what this transport needs beside it.
 */
final class EntryFields {
    static final String PAYLOAD = "sb-payload";

    /** For people: taken as the payload where there is no {@value #PAYLOAD}. */
    static final String PAYLOAD_BY_HAND = "payload";

    /** The session that published it. */
    static final String PUBLISHER = "sb-publisher";

    /** Epoch milliseconds, of a replay with a speed. */
    static final String NOT_BEFORE = "sb-not-before";

    /** The filter for which a retained message was copied. */
    static final String RETAINED = "sb-retained";

    /** Of a dead letter, or of one that was published again: its deaths, as JSON. */
    static final String DEATHS = "sb-deaths";

    /** A script cannot hand on more values at once than Lua's stack holds. */
    static final int VALUES_MAX = 4_000;

    private static final byte[] PAYLOAD_BYTES = bytes(PAYLOAD);
    private static final byte[] TOPIC_BYTES = bytes(FieldNames.TOPIC);

    private EntryFields() {}

    static List<byte[]> of(Message message, @Nullable String publisher) {
        List<byte[]> fields = new ArrayList<>();
        MessageFields.list(message, (name, value) -> add(fields, name, value));
        if (publisher != null) {
            add(fields, PUBLISHER, publisher);
        }
        fields.add(PAYLOAD_BYTES);
        fields.add(message.payload());
        return fields;
    }

    /** What to say of more than {@link #VALUES_MAX}. */
    static String tooMany(List<byte[]> fields) {
        return "the message has " + fields.size() / 2 + " fields; the limit of redis is " + VALUES_MAX / 2;
    }

    static void add(List<byte[]> fields, String name, String value) {
        fields.add(bytes(name));
        fields.add(bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** @throws io.signalbox.error.SignalboxException MALFORMED, naming the field; TOPIC_INVALID, TOPIC_TOO_DEEP */
    static Content read(List<?> fields) {
        FieldReader reader = MessageFields.reader(null);
        String[] names = names(fields);
        boolean named = Arrays.asList(names).contains(PAYLOAD);
        Content content = new Content();
        for (int i = 0; i < names.length; i++) {
            Object value = fields.get(2 * i + 1);
            switch (names[i]) {
                case PAYLOAD -> content.payload = raw(value);
                case PUBLISHER -> content.publisher = Reply.text(value);
                case NOT_BEFORE -> content.notBeforeMillis = Reply.number(value);
                case RETAINED -> content.retainedFilter = Reply.text(value);
                case DEATHS -> content.deaths = Reply.text(value);
                default -> {
                    if (!named && names[i].equals(PAYLOAD_BY_HAND)) {
                        content.payload = raw(value);
                    } else {
                        reader.add(names[i], Reply.text(value));
                    }
                }
            }
        }
        content.message = reader.message(content.payload);
        return content;
    }

    private static String[] names(List<?> fields) {
        String[] names = new String[fields.size() / 2];
        for (int i = 0; i < names.length; i++) {
            names[i] = name(fields.get(2 * i));
        }
        return names;
    }

    /** Those that each message has are not made anew. */
    private static String name(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            if (Arrays.equals(bytes, PAYLOAD_BYTES)) {
                return PAYLOAD;
            }
            if (Arrays.equals(bytes, TOPIC_BYTES)) {
                return FieldNames.TOPIC;
            }
        }
        return Reply.text(value);
    }

    private static byte[] raw(@Nullable Object value) {
        return value instanceof byte[] bytes ? bytes : bytes(String.valueOf(value));
    }

    /** As one value for Pub/Sub: the number of values, then each with its length before it. */
    static byte[] pack(List<byte[]> fields) {
        int length = 4;
        for (byte[] value : fields) {
            length += 4 + value.length;
        }
        ByteBuffer packed = ByteBuffer.allocate(length).putInt(fields.size());
        for (byte[] value : fields) {
            packed.putInt(value.length).put(value);
        }
        return packed.array();
    }

    /** @throws java.nio.BufferUnderflowException if somebody else wrote it */
    static List<byte[]> unpack(ByteBuffer packed) {
        int size = packed.getInt();
        List<byte[]> fields = new ArrayList<>(Math.clamp(size, 0, VALUES_MAX));
        for (int i = 0; i < size; i++) {
            byte[] value = new byte[Math.clamp(packed.getInt(), 0, packed.remaining())];
            packed.get(value);
            fields.add(value);
        }
        return fields;
    }

    /** What an entry holds. Filled once, by {@link #read}. */
    @SuppressWarnings("NullAway.Init") // the message is there when it is returned
    static final class Content {
        private byte[] payload = {};
        Message message;

        @Nullable
        String publisher;

        long notBeforeMillis;

        @Nullable
        String retainedFilter;

        @Nullable
        String deaths;
    }
}
