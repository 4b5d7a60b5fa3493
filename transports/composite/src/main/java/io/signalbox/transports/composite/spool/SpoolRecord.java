package io.signalbox.transports.composite.spool;

import io.signalbox.message.Message;
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
 * A message as the spool keeps it: its fields, in the names that all transports know them by.
 *
 * <pre>
 * version   1 byte   1
 * count     4 bytes  fields
 * fields             for each: name and value, each a length in 4 bytes and UTF-8
 * payload            all the rest
 * </pre>
 */
final class SpoolRecord {
    private static final int VERSION = 1;

    private SpoolRecord() {}

    static byte[] encode(Message message) {
        List<Field> fields = MessageFields.list(message);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128 + message.payload().length);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
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

    /** @throws IOException if these are not the bytes of a message */
    static Message decode(byte[] record) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(record));
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException("spooled record of version " + version + "; this program reads " + VERSION);
        }
        int count = in.readInt();
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = text(in);
            fields.add(new Field(name, text(in)));
        }
        return MessageFields.message(fields, in.readAllBytes());
    }

    /** The version, if it is one that only a later program reads; 0 for all else, broken records too. */
    static int laterVersion(byte[] array, int offset, int length) {
        int version = length == 0 ? 0 : array[offset] & 0xff;
        return version > VERSION ? version : 0;
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a field of " + length + " bytes in a record with " + in.available() + " left");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
