package io.signalbox.client.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A refused message as its file has it.
 *
 * <pre>
 * version   1 byte    1
 * time      8 bytes   of the refusal, epoch milliseconds
 * reason    2 bytes of length, UTF-8: the code of the catalogue
 * detail    4 bytes of length, UTF-8
 * message             all the rest, as in {@link SpoolRecord}
 * </pre>
 */
final class RefusedRecord {
    private static final int VERSION = 1;

    private RefusedRecord() {}

    static byte[] encode(RefusedMessage refused) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(refused.refusedAtMillis());
            out.writeUTF(refused.refusal().reason().code());
            byte[] detail = refused.refusal().detail().getBytes(StandardCharsets.UTF_8);
            out.writeInt(detail.length);
            out.write(detail);
            out.write(SpoolRecord.encode(refused.message(), new SpoolId(0, 0)));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    static RefusedMessage decode(byte[] file, long sequence) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException("refused message of version " + version + "; this program reads " + VERSION);
        }
        long millis = in.readLong();
        ReasonCode reason = reason(in.readUTF());
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a detail of " + length + " bytes in a file with " + in.available() + " left");
        }
        String detail = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        Message message = SpoolRecord.decode(in.readAllBytes(), sequence);
        return new RefusedMessage(sequence, message, new Refusal(reason, detail), millis);
    }

    private static ReasonCode reason(String code) {
        for (ReasonCode reason : ReasonCode.values()) {
            if (reason.code().equals(code)) {
                return reason;
            }
        }
        return ReasonCode.INTERNAL;
    }
}
