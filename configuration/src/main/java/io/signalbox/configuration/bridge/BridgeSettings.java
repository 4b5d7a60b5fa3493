package io.signalbox.configuration.bridge;

import io.signalbox.configuration.plan.MessagesReader;
import io.signalbox.setting.Kind;
import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What can be written about a bridge. */
public final class BridgeSettings {
    private static final Kind<String> NAME_KIND = new Kind<>("1 to 40 of a-z, 0-9 and -", text -> {
        if (text.matches("[a-z][a-z0-9-]{0,39}")) {
            return text;
        }
        throw new IllegalArgumentException("it must be 1 to 40 of a-z, 0-9 and -");
    });
    private static final Kind<List<TopicFilter>> FILTERS_KIND = new Kind<>(MessagesReader.FILTERS.form(), text -> {
        List<TopicFilter> filters = MessagesReader.FILTERS.parser().apply(text);
        if (filters.isEmpty()) {
            throw new IllegalArgumentException("it must be at least one topic filter");
        }
        return filters;
    });

    private static final Kind<OverflowPolicy> SAID_KIND = Kinds.constant(
            OverflowPolicy.class,
            List.of(OverflowPolicy.SPILL, OverflowPolicy.DEAD_LETTER, OverflowPolicy.REJECT_PUBLISH));
    private static final Kind<OverflowPolicy> OVERFLOW_KIND = new Kind<>(SAID_KIND.form(), text -> {
        if (text.equals("drop-oldest")) {
            throw new IllegalArgumentException(
                    "publishers were told that those messages are safe; it must be " + SAID_KIND.form());
        }
        return SAID_KIND.parser().apply(text);
    });

    static final Setting<String> NAME =
            Setting.required("bridges[].name", NAME_KIND, "Its durable session at the source is called @bridge:NAME.");
    static final Setting<String> FROM =
            Setting.required("bridges[].from", Kinds.TEXT, "The transport that it receives at.");
    static final Setting<String> TO =
            Setting.required("bridges[].to", Kinds.TEXT, "The transport that it publishes to.");
    static final Setting<List<TopicFilter>> FILTERS =
            Setting.required("bridges[].filters", FILTERS_KIND, "Topics that are carried.");
    static final Setting<Optional<String>> WHEN = Setting.of(
            "bridges[].when",
            Kinds.TEXT_OR_NONE,
            "",
            "A CEL condition on envelope and payload; messages for which it does not hold do not cross.");
    static final Setting<Optional<String>> FROM_CODEC = Setting.of(
            "bridges[].from-codec",
            Kinds.TEXT_OR_NONE,
            "",
            "Codec of messages that do not say their content type: json, msgpack, or a content type.");
    static final Setting<Optional<String>> TO_CODEC = Setting.of(
            "bridges[].to-codec",
            Kinds.TEXT_OR_NONE,
            "",
            "Codec on the far side; payloads stay as they are without one.");
    static final Setting<Optional<String>> TOPIC_PREFIX = Setting.of(
            "bridges[].topic-prefix", Kinds.TEXT_OR_NONE, "", "Put before topics on the far side, such as imported/.");
    static final Setting<Integer> WINDOW_MAX =
            Setting.of("bridges[].window-max", Kinds.integer(1, 65_535), "1000", "Messages under way at once.");
    static final Setting<Long> WINDOW_BYTES_MAX = Setting.of(
            "bridges[].window-bytes-max",
            Kinds.bytes(1, 1L << 40),
            "64MiB",
            "The same in bytes; when they are reached nothing more is received before half of them are across.");
    static final Setting<Duration> ANSWER_TIMEOUT = Setting.of(
            "bridges[].answer-timeout",
            Kinds.duration("10ms", "1h"),
            "10s",
            "A message that the far side has not answered by then is sent again; transports answer sooner.");
    static final Setting<OverflowPolicy> OVERFLOW = Setting.of(
            "bridges[].overflow",
            OVERFLOW_KIND,
            "spill",
            "What happens when too much waits at the source: spill keeps it all, dead-letter makes dead letters of the"
                    + " oldest, reject-publish refuses publishers there.");
    static final Setting<Integer> QUEUE_MESSAGES_MAX = Setting.of(
            "bridges[].queue-messages-max",
            Kinds.integer(1, Integer.MAX_VALUE),
            String.valueOf(SessionOptions.QUEUE_MESSAGES_MAX_DEFAULT),
            "Messages that may wait at the source, with an overflow that bounds them.");
    static final Setting<Long> QUEUE_BYTES_MAX =
            Setting.of("bridges[].queue-bytes-max", Kinds.bytes(1, 1L << 40), "256MiB", "The same in bytes.");
    static final Setting<Optional<String>> ARCHIVE = Setting.of(
            "bridges[].archive.transport",
            Kinds.TEXT_OR_NONE,
            "",
            "A transport that gets a copy of what crosses, such as an archive.");
    static final Setting<Optional<String>> ARCHIVE_WHEN =
            Setting.of("bridges[].archive.when", Kinds.TEXT_OR_NONE, "", "A CEL condition on what is archived of it.");
    static final Setting<Optional<String>> ARCHIVE_CODEC = Setting.of(
            "bridges[].archive.codec",
            Kinds.TEXT_OR_NONE,
            "",
            "Codec of the copies; that of the far side without one.");
    static final Setting<Boolean> ARCHIVE_REQUIRED = Setting.of(
            "bridges[].archive.required",
            Kinds.FLAG,
            "true",
            "A message has crossed only when the archive has it too; false: misses are counted.");

    public static final List<Setting<?>> ALL = List.of(
            NAME,
            FROM,
            TO,
            FILTERS,
            WHEN,
            FROM_CODEC,
            TO_CODEC,
            TOPIC_PREFIX,
            WINDOW_MAX,
            WINDOW_BYTES_MAX,
            ANSWER_TIMEOUT,
            OVERFLOW,
            QUEUE_MESSAGES_MAX,
            QUEUE_BYTES_MAX,
            ARCHIVE,
            ARCHIVE_WHEN,
            ARCHIVE_CODEC,
            ARCHIVE_REQUIRED);

    private BridgeSettings() {}
}
