package io.signalbox.configuration.bridge;

import io.signalbox.topic.TopicFilter;
import io.signalbox.transports.composite.bridge.BridgeConfig;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One configured bridge.
 *
 * @param from name of the transport that it receives at
 * @param to name of the transport that it publishes to
 * @param toCodec content type of what it publishes; null: as it came
 * @param where for people, such as "signalbox.yaml line 3"
 */
public record BridgeEntry(
        BridgeConfig config,
        String from,
        String to,
        @Nullable String toCodec,
        @Nullable ArchiveEntry archive,
        String where) {

    /**
     * What of the crossing messages is archived.
     *
     * @param transport its name
     * @param required a message has crossed only when the archive has it too
     */
    public record ArchiveEntry(String transport, MessageSelection selection, boolean required) {}

    public String name() {
        return config.name();
    }

    /** At the transport that it receives at; nobody else may have it. */
    public String sessionName() {
        return config.sessionName();
    }

    /** The same, and where messages wait; for whoever asks what is promised. */
    public String explanation() {
        return text() + "; " + config.queue().text();
    }

    /** One line. */
    public String text() {
        return config.name() + ": " + from + " -> " + to + ", "
                + config.filters().stream().map(TopicFilter::text).collect(Collectors.joining(", "))
                + (toCodec == null ? "" : ", as " + toCodec)
                + (archive == null ? "" : ", archived in " + archive.transport());
    }
}
