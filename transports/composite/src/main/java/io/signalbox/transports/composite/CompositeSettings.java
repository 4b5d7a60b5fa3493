package io.signalbox.transports.composite;

import io.signalbox.error.SignalboxException;
import io.signalbox.setting.Kind;
import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transports.composite.CompositeConfig.Rule;
import io.signalbox.transports.composite.strategy.SplitBy;
import io.signalbox.transports.composite.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be written about a composite. */
final class CompositeSettings {
    private enum Way {
        ALL,
        ANY,
        QUORUM,
        SPLIT,
        FALLBACK
    }

    private enum By {
        KEY,
        TOPIC,
        ADDRESSEE
    }

    private static final Kind<TopicFilter> FILTER = new Kind<>("a topic filter such as orders/#", text -> {
        try {
            return TopicFilter.ofMqtt(text);
        } catch (SignalboxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    });
    private static final Kind<Optional<TopicFilter>> FILTER_OR_NONE = new Kind<>(
            FILTER.form(),
            text -> text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(FILTER.parser().apply(text)));

    private static final Setting<Way> STRATEGY = Setting.required(
            "strategy", Kinds.constant(Way.class), "Which members get a message, and how many of them must have it.");
    private static final Setting<List<String>> MEMBERS =
            Setting.required("members", Kinds.TEXTS, "Names of transports, in the order of a fallback.");
    private static final Setting<Integer> NEEDED = Setting.of(
            "needed", Kinds.integer(0, 64), "0", "Members that must have a message, for a quorum; 0: more than half.");
    private static final Setting<Duration> RETURN_AFTER = Setting.of(
            "return-after",
            Kinds.zeroOrDuration("1ms", "24h"),
            "30s",
            "How long an earlier member of a fallback must have been up without a break before it is used again.");
    private static final Setting<Duration> ANSWER_TIMEOUT = Setting.of(
            "answer-timeout",
            Kinds.duration("1ms", "1h"),
            "10s",
            "A member that has not answered a publish by then counts as having refused it.");
    private static final Setting<Integer> SETTLED_IDS_MAX = Setting.of(
            "settled-ids-max",
            Kinds.integer(1, 10_000_000),
            "100000",
            "Settled message ids that each session remembers, against copies that come late.");
    private static final Setting<By> SPLIT_BY =
            Setting.of("split.by", Kinds.constant(By.class), "key", "What decides about the member, for a split.");
    private static final Setting<String> SPLIT_OTHERWISE =
            Setting.of("split.otherwise", Kinds.TEXT, "-", "Member of messages that no rule of the split is for.");
    private static final Setting<String> SPLIT_MATCH =
            Setting.required("split.rules[].match", Kinds.TEXT, "A topic filter, or an addressee, as split.by says.");
    private static final Setting<String> SPLIT_MEMBER =
            Setting.required("split.rules[].member", Kinds.TEXT, "The member that gets those.");
    private static final Setting<String> ARCHIVE =
            Setting.required("archives[].transport", Kinds.TEXT, "Name of a transport that is published to alone.");
    private static final Setting<TopicFilter> ARCHIVE_FILTER =
            Setting.of("archives[].filter", FILTER, "#", "Which topics it gets.");
    private static final Setting<Archive.Mode> ARCHIVE_MODE = Setting.of(
            "archives[].mode",
            Kinds.constant(Archive.Mode.class),
            "required",
            "required: a publish is accepted only if the archive has it too; best-effort: misses are counted.");
    private static final Setting<Optional<TopicFilter>> RULE_FILTER =
            Setting.of("rules[].filter", FILTER_OR_NONE, "", "Topics with a strategy of their own.");
    private static final Setting<Optional<String>> RULE_TYPE = Setting.of(
            "rules[].message-type", Kinds.TEXT_OR_NONE, "", "Or the message type (schema name) that has one.");
    private static final Setting<Way> RULE_STRATEGY =
            Setting.required("rules[].strategy", Kinds.constant(Way.class), "Their strategy.");

    static final List<Setting<?>> ALL = List.of(
            STRATEGY,
            MEMBERS,
            NEEDED,
            RETURN_AFTER,
            ANSWER_TIMEOUT,
            SETTLED_IDS_MAX,
            SPLIT_BY,
            SPLIT_OTHERWISE,
            SPLIT_MATCH,
            SPLIT_MEMBER,
            ARCHIVE,
            ARCHIVE_FILTER,
            ARCHIVE_MODE,
            RULE_FILTER,
            RULE_TYPE,
            RULE_STRATEGY);

    private final Settings settings;
    private final List<String> members;

    private CompositeSettings(Settings settings) {
        this.settings = settings;
        members = settings.get(MEMBERS);
    }

    /** @throws IllegalArgumentException for parts that do not fit together */
    static CompositeParts read(Settings settings) {
        return new CompositeSettings(settings).read();
    }

    private CompositeParts read() {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("members must name at least one transport");
        }
        return new CompositeParts(
                members,
                archives(),
                strategy(settings.get(STRATEGY)),
                rules(),
                settings.get(ANSWER_TIMEOUT),
                settings.get(SETTLED_IDS_MAX));
    }

    private List<CompositeParts.ArchivePart> archives() {
        List<CompositeParts.ArchivePart> archives = new ArrayList<>();
        for (int index : settings.indexes("archives")) {
            archives.add(new CompositeParts.ArchivePart(
                    settings.get(ARCHIVE, index),
                    settings.get(ARCHIVE_MODE, index),
                    settings.get(ARCHIVE_FILTER, index)));
        }
        return archives;
    }

    private List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        for (int index : settings.indexes("rules")) {
            Optional<TopicFilter> filter = settings.get(RULE_FILTER, index);
            Optional<String> type = settings.get(RULE_TYPE, index);
            if (filter.isPresent() == type.isPresent()) {
                throw new IllegalArgumentException("rules[" + index + "] must have either a filter or a message-type");
            }
            Strategy strategy = strategy(settings.get(RULE_STRATEGY, index));
            rules.add(filter.<Rule>map(f -> new Rule.OfTopic(f, strategy))
                    .orElseGet(() -> new Rule.OfType(type.orElseThrow(), strategy)));
        }
        return rules;
    }

    private Strategy strategy(Way way) {
        return switch (way) {
            case ALL -> Strategy.ALL;
            case ANY -> Strategy.ANY;
            case QUORUM -> quorum();
            case SPLIT -> new Strategy.Split(splitBy());
            case FALLBACK -> new Strategy.Fallback(settings.get(RETURN_AFTER));
        };
    }

    private Strategy quorum() {
        int needed = settings.get(NEEDED) == 0 ? members.size() / 2 + 1 : settings.get(NEEDED);
        if (needed > members.size()) {
            throw new IllegalArgumentException(
                    "needed is " + needed + ", and there are " + members.size() + " members");
        }
        return new Strategy.Quorum(needed);
    }

    private SplitBy splitBy() {
        List<Integer> indexes = settings.indexes("split.rules");
        return switch (settings.get(SPLIT_BY)) {
            case KEY -> new SplitBy.Key();
            case TOPIC ->
                new SplitBy.Topics(
                        indexes.stream()
                                .map(index -> new SplitBy.TopicRule(
                                        FILTER.parser().apply(settings.get(SPLIT_MATCH, index)),
                                        member(settings.get(SPLIT_MEMBER, index))))
                                .toList(),
                        member(settings.get(SPLIT_OTHERWISE)));
            case ADDRESSEE -> {
                Map<String, String> memberOf = new HashMap<>();
                indexes.forEach(index ->
                        memberOf.put(settings.get(SPLIT_MATCH, index), member(settings.get(SPLIT_MEMBER, index))));
                yield new SplitBy.Addressee(memberOf, member(settings.get(SPLIT_OTHERWISE)));
            }
        };
    }

    private String member(String name) {
        if (!members.contains(name)) {
            throw new IllegalArgumentException(
                    "the split names '" + name + "', which is not among the members " + members);
        }
        return name;
    }
}
