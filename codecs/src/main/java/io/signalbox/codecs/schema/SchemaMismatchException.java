package io.signalbox.codecs.schema;

import io.signalbox.codec.CodecException;
import io.signalbox.error.ReasonCode;
import org.jspecify.annotations.Nullable;

/** A message of a schema, or a version of it, that its receiver does not read; or a payload that breaks its schema. */
public final class SchemaMismatchException extends CodecException {
    private static final long serialVersionUID = 1L;

    private final String schema;
    private final @Nullable String version;

    SchemaMismatchException(String schema, @Nullable String version, String detail) {
        super(ReasonCode.SCHEMA_MISMATCH, detail);
        this.schema = schema;
        this.version = version;
    }

    SchemaMismatchException(String schema, @Nullable String version, String detail, Throwable cause) {
        super(ReasonCode.SCHEMA_MISMATCH, detail, cause);
        this.schema = schema;
        this.version = version;
    }

    /** The one that the message names, or the receiver's where it names none. */
    public String schema() {
        return schema;
    }

    /** As the message names it. */
    public @Nullable String version() {
        return version;
    }
}
