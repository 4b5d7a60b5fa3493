package io.signalbox.message.envelope;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Attributes of CloudEvents 1.0 that a message is mapped to: the standard's own, those of its documented extensions
 * (distributed tracing, partitioning, correlation), and ours, which begin with {@code sb}.
 */
final class CloudEventNames {
    static final String SPECVERSION = "specversion";
    static final String ID = "id";
    static final String SOURCE = "source";
    static final String TYPE = "type";
    static final String SUBJECT = "subject";
    static final String TIME = "time";
    static final String DATACONTENTTYPE = "datacontenttype";

    static final String TRACEPARENT = "traceparent";
    static final String PARTITIONKEY = "partitionkey";
    static final String CORRELATIONID = "correlationid";
    static final String CAUSATIONID = "causationid";

    static final String CORRELATION_BASE64 = "sbcorrelation64";
    static final String TO = "sbto";
    static final String REPLYTO = "sbreplyto";
    static final String IDEMPOTENCYKEY = "sbidempotencykey";
    static final String SCHEMAVERSION = "sbschemaversion";
    static final String CONTENTENCODING = "sbcontentencoding";
    static final String KIND = "sbkind";
    static final String QOS = "sbqos";
    static final String RETAIN = "sbretain";
    static final String PRIORITY = "sbpriority";
    static final String TTL = "sbttl";
    static final String UTF8 = "sbutf8";

    /** Epoch milliseconds, for a timestamp that RFC 3339 cannot write. */
    static final String TIMESTAMP = "sbtimestamp";

    /** All headers in order, {@code name=value} joined by {@code &}, percent-encoded. */
    static final String HEADERS = "sbheaders";

    /**
     * How to read attributes that the message does not have as the standard wants them, separated by blanks:
     * {@code -id} the message has none, {@code =id} it is the empty text, {@code %id} it is percent-encoded.
     */
    static final String NOTE = "sbnote";

    /** Prefix of the header that keeps an extension attribute which is not ours. */
    static final String FOREIGN_HEADER = "ce-";

    static final Set<String> KNOWN = Set.of(
            SPECVERSION,
            ID,
            SOURCE,
            TYPE,
            SUBJECT,
            TIME,
            DATACONTENTTYPE,
            TRACEPARENT,
            PARTITIONKEY,
            CORRELATIONID,
            CAUSATIONID,
            CORRELATION_BASE64,
            TO,
            REPLYTO,
            IDEMPOTENCYKEY,
            SCHEMAVERSION,
            CONTENTENCODING,
            KIND,
            QOS,
            RETAIN,
            PRIORITY,
            TTL,
            UTF8,
            TIMESTAMP,
            HEADERS,
            NOTE);

    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,20}");

    private CloudEventNames() {}

    /** {@code data} is the payload's name in the JSON form, and no attribute may have it. */
    static boolean isForeignExtension(String name) {
        return !KNOWN.contains(name) && EXTENSION.matcher(name).matches() && !name.equals("data");
    }
}
