package io.signalbox.configuration.plan;

import io.signalbox.error.SignalboxException;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Kind;
import io.signalbox.setting.Kinds;
import io.signalbox.setting.NearestKey;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code messages}. */
public final class MessagesReader {
    /** Filters separated by commas. */
    public static final Kind<List<TopicFilter>> FILTERS = new Kind<>("topic filters separated by commas", text -> {
        try {
            return Kinds.TEXTS.parser().apply(text).stream()
                    .map(TopicFilter::ofMqtt)
                    .toList();
        } catch (SignalboxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    });

    private static final Setting<Optional<String>> TYPE =
            Setting.of("messages[].type", Kinds.TEXT_OR_NONE, "", "The messages' type: their schema name.");
    private static final Setting<List<TopicFilter>> TOPICS = Setting.of(
            "messages[].topics", FILTERS, "", "Filters of their topics; the first rule that matches decides.");
    private static final Setting<Optional<String>> TRANSPORT = Setting.of(
            "messages[].transport",
            Kinds.TEXT_OR_NONE,
            "",
            "What carries them: the default transport, or one that a bridge leads to.");
    private static final Setting<List<Need>> NEEDS =
            Setting.of("messages[].needs", Need.KIND, "", "What that transport must give, or the start is refused.");

    public static final List<Setting<?>> ALL = List.of(TYPE, TOPICS, TRANSPORT, NEEDS);

    private MessagesReader() {}

    /**
     * @param entries whose names begin with {@code messages}
     * @param transports all names that there are
     * @param standard the one for messages that are given no other
     */
    public static List<MessageRule> read(
            Map<String, Entry> entries, Set<String> transports, String standard, Problems problems) {
        Settings settings = new Settings("messages", entries);
        int before = problems.texts().size();
        settings.check(ALL, problems);
        List<MessageRule> rules = new ArrayList<>();
        if (problems.texts().size() > before) {
            return rules;
        }
        for (int index : settings.indexes("messages")) {
            Optional<String> named = settings.get(TRANSPORT, index);
            String transport = named.orElse(standard);
            String where = settings.where(named.isPresent() ? TRANSPORT : TOPICS, index);
            MessageRule rule = new MessageRule(
                    settings.get(TYPE, index).orElse(null),
                    settings.get(TOPICS, index),
                    transport,
                    settings.get(NEEDS, index),
                    where);
            if (rule.type() == null && rule.topics().isEmpty()) {
                problems.add(where, "messages[" + index + "] must have a type, or topics, or both");
            } else if (transport.isEmpty()) {
                problems.add(
                        where,
                        "messages[" + index + "] names no transport, and there is no default; add `transport: NAME`");
            } else if (!transports.contains(transport)) {
                problems.add(
                        where,
                        "messages[" + index + "].transport is '" + Problems.shorten(transport) + "'"
                                + NearestKey.of(transport, List.copyOf(transports))
                                        .map(near -> "; did you mean '" + near + "'?")
                                        .orElse("; there are " + transports));
            } else {
                rules.add(rule);
            }
        }
        return rules;
    }
}
