package io.signalbox.transports.archive;

import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.Durability;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code type: archive}. */
public final class ArchiveProvider implements TransportProvider {
    private static final Setting<Path> DIRECTORY =
            Setting.required("directory", Kinds.PATH, "The archive's own folder.");
    private static final Setting<Duration> FLUSH_INTERVAL =
            Setting.of("flush-interval", Kinds.duration("1ms", "1h"), "1s", "The longest a message waits in memory.");
    private static final Setting<Integer> FLUSH_MESSAGES = Setting.of(
            "flush-messages",
            Kinds.integer(1, 1_000_000),
            "100",
            "So many messages are written without waiting longer.");
    private static final Setting<Long> FILE_BYTES = Setting.of(
            "file-bytes",
            Kinds.bytes(1, 1L << 40),
            "10000000",
            "A file that has reached it is closed and the next begun.");
    private static final Setting<Integer> FILES_MAX = Setting.of(
            "files-max", Kinds.integer(2, Integer.MAX_VALUE), "100", "The oldest file beyond it is deleted.");
    private static final Setting<Durability> ACKNOWLEDGE = Setting.of(
            "acknowledge",
            Kinds.DURABILITY,
            "buffered",
            "When a publish is answered: routed at once, buffered once it is written, synced once it is on disk.");
    private static final Setting<Boolean> COMPRESS =
            Setting.of("compress", Kinds.FLAG, "false", "Closed files are compressed with zstd.");

    @Override
    public String type() {
        return "archive";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(DIRECTORY, FLUSH_INTERVAL, FLUSH_MESSAGES, FILE_BYTES, FILES_MAX, ACKNOWLEDGE, COMPRESS);
    }

    @Override
    public TransportPlan prepare(Settings settings) {
        return new ArchivePlan(ArchiveConfig.in(settings.get(DIRECTORY))
                .withFlush(settings.get(FLUSH_INTERVAL), settings.get(FLUSH_MESSAGES))
                .withFiles(settings.get(FILE_BYTES), settings.get(FILES_MAX))
                .withAcknowledge(settings.get(ACKNOWLEDGE))
                .withCompress(settings.get(COMPRESS)));
    }
}
