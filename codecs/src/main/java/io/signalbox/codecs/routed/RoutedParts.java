package io.signalbox.codecs.routed;

import io.signalbox.codec.ContentEncoding;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The canonical bytes of what decides where a message goes, what it is taken for and how it is read: each part as its
 * length in four bytes, big endian, and its UTF-8; length -1 for a part that the message does not have. Of a header, how
 * often it comes in four bytes, and then each value as a part. Not covered is what a broker may set or change on the way:
 * timestamp, lifetime, priority, guarantee, retain, trace parent, other headers.
 *
 * <pre>
 * domain | topic | id | kind | from | to | reply-to | correlation | causation id | ordering key | idempotency key
 *        | schema | version | content-type | content-encoding | each of {@link #HEADERS} | more...
 * </pre>
 */
public final class RoutedParts {
    public static final String ENCRYPTION = "sb-enc";
    public static final String SIGNATURE = "sb-sig";
    public static final String CERTIFICATES = "sb-x5c";
    public static final String JWT = "sb-jwt";

    /** Those of the other protecting layers, and those in which the bus says what its messages are. */
    static final List<String> HEADERS = List.of(
            ENCRYPTION,
            SIGNATURE,
            CERTIFICATES,
            JWT,
            "sb-message-id",
            "sb-message-key",
            "sb-correlation",
            "sb-session",
            "sb-depth",
            "sb-status",
            "sb-error",
            "sb-reason",
            "sb-attempts",
            "sb-dead-letter",
            "sb-retry-after-millis",
            "sb-asked",
            "sb-letter-id",
            "sb-letter-handler",
            "sb-letter-attempts",
            "sb-letter-redrives",
            "sb-letter-sent-millis",
            "sb-letter-death");

    private RoutedParts() {}

    /**
     * @param domain what the bytes are for, so that those of one layer never pass as those of another
     * @param message without the layer's own headers
     * @param more the layer's own parameters
     */
    public static byte[] of(String domain, Message message, String... more) {
        MessageProperties properties = message.properties();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            part(out, domain);
            part(out, message.topic().text());
            part(out, properties.id());
            part(out, properties.kind().name());
            part(out, properties.from());
            part(out, properties.to());
            part(out, properties.replyTo());
            part(out, properties.correlation());
            part(out, properties.causationId());
            part(out, properties.orderingKey());
            part(out, properties.idempotencyKey());
            part(out, properties.schemaName());
            part(out, properties.schemaVersion());
            part(out, properties.contentType());
            part(out, String.join(",", ContentEncoding.parse(properties.contentEncoding())));
            for (String header : HEADERS) {
                header(out, properties.headers(), header);
            }
            for (String each : more) {
                part(out, each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void header(DataOutputStream out, Headers headers, String name) throws IOException {
        int count = 0;
        for (int i = 0; i < headers.size(); i++) {
            count += headers.name(i).equals(name) ? 1 : 0;
        }
        out.writeInt(count);
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equals(name)) {
                part(out, headers.value(i));
            }
        }
    }

    private static void part(DataOutputStream out, @Nullable String text) throws IOException {
        part(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    private static void part(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
        if (bytes == null) {
            out.writeInt(-1);
        } else {
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }
}
