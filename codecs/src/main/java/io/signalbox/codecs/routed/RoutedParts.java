package io.signalbox.codecs.routed;

import io.signalbox.codec.ContentEncoding;
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
 * The canonical bytes of what decides where a message goes and how it is read: each part as its length in four bytes,
 * big endian, and its UTF-8; length -1 for a part that the message does not have. Covered are topic, id, from, to, reply
 * topic, schema and version, content type, content encoding, and the headers of other protecting layers. Not covered is
 * what a broker may set or change on the way: timestamp, lifetime, priority, guarantee, retain, other headers.
 *
 * <pre>
 * domain | topic | id | from | to | reply-to | schema | version | content-type | content-encoding | sb-enc | sb-sig | sb-x5c | sb-jwt | more...
 * </pre>
 */
public final class RoutedParts {
    public static final String ENCRYPTION = "sb-enc";
    public static final String SIGNATURE = "sb-sig";
    public static final String CERTIFICATES = "sb-x5c";
    public static final String JWT = "sb-jwt";

    private static final String NO_ID = "none";
    private static final String HAS_ID = "own";

    private static final List<String> PROTECTING = List.of(ENCRYPTION, SIGNATURE, CERTIFICATES, JWT);

    private RoutedParts() {}

    /** Whether it had an id, for the header of the layer: a broker may give it one on the way. */
    public static String idState(Message message) {
        return message.properties().id() == null ? NO_ID : HAS_ID;
    }

    /** The message as it was wrapped: without the id that it was given since. */
    public static Message asWrapped(Message message, String idState) {
        return idState.equals(NO_ID) && message.properties().id() != null
                ? message.toBuilder()
                        .properties(message.properties().toBuilder().id(null).build())
                        .build()
                : message;
    }

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
            part(out, properties.from());
            part(out, properties.to());
            part(out, properties.replyTo());
            part(out, properties.schemaName());
            part(out, properties.schemaVersion());
            part(out, properties.contentType());
            part(out, String.join(",", ContentEncoding.parse(properties.contentEncoding())));
            for (String header : PROTECTING) {
                part(out, properties.headers().get(header));
            }
            for (String each : more) {
                part(out, each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void part(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
        } else {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(utf8.length);
            out.write(utf8);
        }
    }
}
