package io.signalbox.server.http;

import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What messages of one kind have in common, as they say themselves; what they do not say is null. */
record MessageType(
        MessageKind kind,
        @Nullable String schemaName,
        @Nullable String schemaVersion,
        @Nullable String contentType,
        @Nullable String contentEncoding) {
    /** Longer texts are no names, and would make a description of any length. */
    private static final int CHARS_MAX = 256;

    static MessageType of(Message message) {
        MessageProperties p = message.properties();
        return new MessageType(
                p.kind(), cut(p.schemaName()), cut(p.schemaVersion()), cut(p.contentType()), cut(p.contentEncoding()));
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null || text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX);
    }

    /** For people, and to tell it apart. */
    String name() {
        String what = schemaName != null
                ? schemaVersion == null ? schemaName : schemaName + " " + schemaVersion
                : contentType != null ? contentType : "message";
        return kind == MessageKind.EVENT ? what : what + " " + kind.name().toLowerCase(Locale.ROOT);
    }
}
