package io.signalbox.client.spool;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.Field;
import io.signalbox.message.envelope.MessageFields;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message as it lies on disk.
 *
 * <pre>
 * version   1 byte    1
 * spool id  16 bytes  with the record's sequence: the idempotency key, unless the message has its own
 * count     4 bytes   fields
 * fields              for each: name and value, each a length in 4 bytes and UTF-8
 * payload             all the rest
 * </pre>
 */
final class SpoolRecord {
    private static final int VERSION = 1;
    private static final int ABOUT = 160;

    private SpoolRecord() {}

    static byte[] encode(Message message, SpoolId id) {
        List<Field> fields = MessageFields.list(message);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ABOUT + message.payload().length);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(id.high());
            out.writeLong(id.low());
            out.writeInt(fields.size());
            for (Field field : fields) {
                text(out, field.name());
                text(out, field.value());
            }
            out.write(message.payload());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    /**
     * The message as it is sent, with its idempotency key.
     *
     * @throws IOException if these are not the bytes of a message
     */
    static Message decode(byte[] record, long sequence) throws IOException {
        return decode(record, 0, record.length, sequence);
    }

    static Message decode(byte[] array, int offset, int length, long sequence) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(array, offset, length));
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException("spooled record of version " + version + "; this program reads " + VERSION);
        }
        SpoolId id = new SpoolId(in.readLong(), in.readLong());
        int count = in.readInt();
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = text(in);
            fields.add(new Field(name, text(in)));
        }
        return keyed(MessageFields.message(fields, in.readAllBytes()), id, sequence);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a field of " + length + " bytes in a record with " + in.available() + " left");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /**
     * As it is sent. Its own key wins: its publisher knows of sameness what the spool cannot. The key makes it exactly
     * once, so it goes at QoS 1: the packet ids of QoS 2 begin anew with each connection, while a server that kept the
     * session takes those it still has for the messages they were first used for, and throws the new ones away.
     */
    static Message keyed(Message message, SpoolId id, long sequence) {
        MessageProperties properties = message.properties();
        String key = properties.idempotencyKey() == null ? id.key(sequence) : properties.idempotencyKey();
        return message.toBuilder()
                .guarantee(Guarantee.AT_LEAST_ONCE)
                .properties(properties.toBuilder().idempotencyKey(key).build())
                .build();
    }
}
