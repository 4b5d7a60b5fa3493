package io.signalbox.avro;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecException;
import io.signalbox.error.ReasonCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records in Avro's single-object encoding (Avro 1.12, "Single-object encoding"):
 *
 * <pre>c3 01 | fingerprint of the writer's schema, 8 bytes, little endian | the record</pre>
 *
 * <p>A record is read with the schema that it was written with, and resolved to the receiver's own: fields that were
 * added have defaults, fields that were removed are passed over. The writers' schemas come from the receiver's own list
 * and classes, never from the bytes.
 */
public final class AvroCodec implements Codec {
    public static final String CONTENT_TYPE = "application/avro";

    private static final byte[] MAGIC = {(byte) 0xc3, 0x01};
    private static final int HEADER_BYTES = MAGIC.length + Long.BYTES;

    private final KnownSchemas schemas;

    private AvroCodec(KnownSchemas schemas) {
        this.schemas = schemas;
    }

    /**
     * @param known schemas that writers use or used, the newest of a name last: what is asked for as a generic record is
     *     resolved to it
     */
    public static AvroCodec of(Schema... known) {
        return new AvroCodec(new KnownSchemas(List.of(known)));
    }

    /**
     * What a reader of this schema could not read of the writers known here, one line for each fault: to be asked at the
     * start, before messages tell. Empty if all is well.
     */
    public List<String> incompatibilities(Schema reader) {
        return schemas.named(reader.getFullName()).stream()
                .flatMap(writer ->
                        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                                .getResult()
                                .getIncompatibilities()
                                .stream())
                .map(fault -> fault.getType() + " at " + fault.getLocation() + ": " + fault.getMessage())
                .toList();
    }

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public byte[] encode(@Nullable Object value) {
        if (!(value instanceof IndexedRecord record)) {
            throw new IllegalArgumentException(
                    (value == null ? "null" : value.getClass().getName()) + " is no record of Avro");
        }
        Schema schema = record.getSchema();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        bytes.writeBytes(MAGIC);
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(schemas.remembered(schema))
                .array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            data(record instanceof SpecificRecord ? record.getClass() : null)
                    .createDatumWriter(schema)
                    .write(cast(record), encoder);
            encoder.flush();
            return bytes.toByteArray();
        } catch (AvroRuntimeException | ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException(
                    "the record does not keep its schema " + schema.getFullName() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T cast(Object value) {
        return (T) value;
    }

    @Override
    public Object decode(byte[] bytes, Type type) {
        Schema writer = writer(bytes, type);
        Class<?> specific =
                type instanceof Class<?> asked && SpecificRecord.class.isAssignableFrom(asked) ? asked : null;
        Schema reader = specific == null ? generic(type, writer) : schemas.ofClass(specific);
        requireSameName(writer, reader);
        try {
            BinaryDecoder decoder =
                    DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
            Object record = reading(specific).createDatumReader(writer, reader).read(null, decoder);
            if (!decoder.isEnd()) {
                throw unreadable(type, "something follows the record", null);
            }
            return record;
        } catch (CodecException refused) {
            throw refused;
        } catch (IOException | RuntimeException e) {
            // Avro throws whatever the bytes lead it to: UnsupportedOperationException for a length, for one.
            throw unreadable(type, String.valueOf(e.getMessage()), e);
        } catch (StackOverflowError e) {
            // A schema that contains itself nests as deep as the bytes say, and Avro does not count.
            throw unreadable(type, "it is nested too deep", null);
        }
    }

    private Schema writer(byte[] bytes, Type type) {
        if (bytes.length < HEADER_BYTES || bytes[0] != MAGIC[0] || bytes[1] != MAGIC[1]) {
            throw unreadable(type, "it does not begin with c3 01 and a fingerprint", null);
        }
        if (type instanceof Class<?> asked && SpecificRecord.class.isAssignableFrom(asked)) {
            schemas.ofClass(asked);
        }
        long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(MAGIC.length);
        Schema writer = schemas.byFingerprint(fingerprint);
        if (writer == null) {
            throw new CodecException(
                    ReasonCode.SCHEMA_MISMATCH,
                    "written with a schema of fingerprint " + Long.toHexString(fingerprint)
                            + " that is not known here; give the codec the writer's schema");
        }
        return writer;
    }

    /** Avro 1.12, "Schema Resolution": records match by their unqualified name, or an alias of the reader's. */
    private static void requireSameName(Schema writer, Schema reader) {
        if (!writer.getName().equals(reader.getName()) && !reader.getAliases().contains(writer.getFullName())) {
            throw new CodecException(
                    ReasonCode.SCHEMA_MISMATCH,
                    "a record of " + writer.getFullName() + " where " + reader.getFullName() + " is read");
        }
    }

    private Schema generic(Type type, Schema writer) {
        if (type instanceof Class<?> asked && asked.isAssignableFrom(GenericData.Record.class)) {
            return schemas.newest(writer);
        }
        throw new CodecException(
                ReasonCode.PAYLOAD_UNREADABLE, "Avro is no " + type.getTypeName() + "; ask for a record of Avro");
    }

    private static GenericData reading(@Nullable Class<?> specific) {
        return specific == null ? GenericData.get() : GeneratedClasses.of(specific);
    }

    private static GenericData data(@Nullable Class<?> specific) {
        return specific == null ? GenericData.get() : SpecificData.getForClass(specific);
    }

    private static CodecException unreadable(Type type, String why, @Nullable Exception cause) {
        String detail = "no Avro of a " + type.getTypeName() + ": " + why;
        return cause == null
                ? new CodecException(ReasonCode.PAYLOAD_UNREADABLE, detail)
                : new CodecException(ReasonCode.PAYLOAD_UNREADABLE, detail, cause);
    }
}
