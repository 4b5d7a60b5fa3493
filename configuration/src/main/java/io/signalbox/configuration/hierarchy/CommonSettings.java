package io.signalbox.configuration.hierarchy;

import io.signalbox.setting.Kinds;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.Durability;
import io.signalbox.transports.composite.spool.SpoolConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be written about every transport, whatever its type. */
public final class CommonSettings {
    static final Setting<String> TYPE =
            Setting.required("type", Kinds.TEXT, "What kind of transport it is; see the tables below.");
    static final Setting<AbsencePolicy> WHEN_ABSENT = Setting.of(
            "when-absent",
            Kinds.constant(AbsencePolicy.class),
            "wait",
            "When its server is absent at the start: wait for it, fail, or spool what is published.");
    static final Setting<Optional<Path>> DIRECTORY = Setting.of(
            "spool.directory",
            Kinds.PATH_OR_NONE,
            "",
            "Folder that carries publishes through an outage; naming it turns the spool on.");
    static final Setting<Long> BYTES_MAX = Setting.of(
            "spool.bytes-max", Kinds.bytes(1, 1L << 50), "1GiB", "Quota of the spool; then publishes are refused.");
    static final Setting<Integer> MESSAGES_MAX =
            Setting.of("spool.messages-max", Kinds.integer(1, Integer.MAX_VALUE), "10000000", "The same in messages.");
    static final Setting<Durability> ACKNOWLEDGE = Setting.of(
            "spool.acknowledge",
            Kinds.constant(Durability.class, List.of(Durability.BUFFERED, Durability.SYNCED)),
            "synced",
            "When a spooled publish is answered.");
    static final Setting<Integer> DRAIN = Setting.of(
            "spool.drain-per-second-max",
            Kinds.integer(0, Integer.MAX_VALUE),
            "0",
            "Messages a second to a server that is back; 0: as fast as it takes them.");
    static final Setting<Duration> ANSWER_TIMEOUT = Setting.of(
            "spool.answer-timeout",
            Kinds.duration("1ms", "1h"),
            "10s",
            "A publish that the transport has not answered by then is spooled; the transport answers sooner.");
    static final Setting<Optional<String>> REFUSED_TO = Setting.of(
            "spool.refused-to",
            Kinds.TEXT_OR_NONE,
            "",
            "Name of a transport, such as an archive, for what was spooled and is then refused for its own sake; it stays in"
                    + " the spool until that has it. Without one: spool.directory/refused.");

    public static final List<Setting<?>> ALL = List.of(
            TYPE, WHEN_ABSENT, DIRECTORY, BYTES_MAX, MESSAGES_MAX, ACKNOWLEDGE, DRAIN, ANSWER_TIMEOUT, REFUSED_TO);

    private CommonSettings() {}

    /** Null for none. */
    static @Nullable SpoolEntry spool(Settings settings, Problems problems) {
        Optional<Path> directory = settings.get(DIRECTORY);
        if (directory.isEmpty()) {
            Setting<?> lonely = settings.get(WHEN_ABSENT) == AbsencePolicy.SPOOL
                    ? WHEN_ABSENT
                    : ALL.stream()
                            .filter(setting -> setting.name().startsWith("spool.") && settings.has(setting))
                            .findFirst()
                            .orElse(null);
            if (lonely != null) {
                problems.add(
                        settings.where(lonely, 0),
                        settings.path() + "." + lonely.name() + " needs a folder; add `spool.directory: DIR`");
            }
            return null;
        }
        SpoolConfig config = SpoolConfig.in(directory.get())
                .withQuota(settings.get(BYTES_MAX), settings.get(MESSAGES_MAX))
                .withAcknowledge(settings.get(ACKNOWLEDGE))
                .withDrainPerSecondMax(settings.get(DRAIN))
                .withAnswerTimeout(settings.get(ANSWER_TIMEOUT));
        return new SpoolEntry(config, settings.get(REFUSED_TO).orElse(null));
    }
}
