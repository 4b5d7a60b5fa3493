package io.signalbox.transports.archive;

import io.signalbox.transport.Guarantees;

/** What the archive says of itself; {@code GuaranteesTest} takes each sentence and breaks it. */
final class ArchiveGuarantees {
    private ArchiveGuarantees() {}

    static Guarantees of(ArchiveConfig config) {
        String waiting =
                "up to " + config.flushInterval().toMillis() + " ms or " + config.flushMessages() + " messages";
        return new Guarantees(
                switch (config.acknowledge()) {
                    case NONE, ROUTED ->
                        "ROUTED: it waits in memory for its line to be written; counted if it cannot be";
                    case BUFFERED -> "BUFFERED: its line is written, and not flushed";
                    case SYNCED, REPLICATED -> "SYNCED: its line is flushed to the disk";
                },
                "that of publishing, of all topics",
                "kept as they came: nothing is left out, and nothing is written twice",
                switch (config.acknowledge()) {
                    case NONE, ROUTED -> "the process ends: " + waiting;
                    case BUFFERED -> "the machine loses power before its disk has it";
                    case SYNCED, REPLICATED -> "the disk is lost";
                },
                config.filesMax() + " files of " + config.fileBytes()
                        + " bytes; then the oldest is deleted, logged and counted");
    }
}
