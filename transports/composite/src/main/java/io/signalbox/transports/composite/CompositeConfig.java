package io.signalbox.transports.composite;

import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transports.composite.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a composite is made of.
 *
 * @param strategy for messages that no rule matches
 * @param rules the first that matches decides
 * @param answerTimeout a member that has not answered a publish by then counts as having refused it
 * @param settledIdsMax how many settled message ids each merged session remembers, against copies that come late
 */
public record CompositeConfig(
        String name,
        List<Member> members,
        List<Archive> archives,
        Strategy strategy,
        List<Rule> rules,
        Duration answerTimeout,
        int settledIdsMax) {

    private static final Duration ANSWER_TIMEOUT_DEFAULT = Duration.ofSeconds(10);
    private static final int MEMBERS_MAX = 64;
    private static final int SETTLED_IDS_MAX_DEFAULT = 100_000;

    /** One strategy for some messages: those of a topic, or of a type. */
    public sealed interface Rule {
        Strategy strategy();

        boolean matches(Message message);

        record OfTopic(TopicFilter filter, Strategy strategy) implements Rule {
            @Override
            public boolean matches(Message message) {
                return filter.matches(message.topic());
            }
        }

        /** @param schemaName as the message's properties have it */
        record OfType(String schemaName, Strategy strategy) implements Rule {
            @Override
            public boolean matches(Message message) {
                return schemaName.equals(message.properties().schemaName());
            }
        }
    }

    public CompositeConfig {
        members = List.copyOf(members);
        archives = List.copyOf(archives);
        rules = List.copyOf(rules);
        if (members.size() > MEMBERS_MAX) {
            throw new IllegalArgumentException(
                    "composite '" + name + "' has " + members.size() + " members; the limit is " + MEMBERS_MAX);
        }
        if (members.isEmpty()) {
            throw new IllegalArgumentException("composite '" + name + "' has no members");
        }
        Set<String> names = new HashSet<>();
        List<String> all = new ArrayList<>(members.stream().map(Member::name).toList());
        archives.forEach(archive -> all.add(archive.name()));
        for (String one : all) {
            if (!names.add(one)) {
                throw new IllegalArgumentException("composite '" + name + "' has two parts of the name '" + one + "'");
            }
        }
        if (answerTimeout.isNegative() || answerTimeout.isZero()) {
            throw new IllegalArgumentException("answerTimeout " + answerTimeout + " must be above zero");
        }
        if (settledIdsMax < 1) {
            throw new IllegalArgumentException("settledIdsMax " + settledIdsMax + " must be at least 1");
        }
    }

    public static CompositeConfig of(String name, Strategy strategy, List<Member> members) {
        return new CompositeConfig(
                name, members, List.of(), strategy, List.of(), ANSWER_TIMEOUT_DEFAULT, SETTLED_IDS_MAX_DEFAULT);
    }

    public CompositeConfig withArchives(List<Archive> value) {
        return new CompositeConfig(name, members, value, strategy, rules, answerTimeout, settledIdsMax);
    }

    public CompositeConfig withRules(List<Rule> value) {
        return new CompositeConfig(name, members, archives, strategy, value, answerTimeout, settledIdsMax);
    }

    public CompositeConfig withAnswerTimeout(Duration value) {
        return new CompositeConfig(name, members, archives, strategy, rules, value, settledIdsMax);
    }

    /** Every strategy that a message may meet. */
    Set<Strategy> strategies() {
        Set<Strategy> all = new HashSet<>();
        all.add(strategy);
        rules.forEach(rule -> all.add(rule.strategy()));
        return all;
    }

    Strategy strategyOf(Message message) {
        for (Rule rule : rules) {
            if (rule.matches(message)) {
                return rule.strategy();
            }
        }
        return strategy;
    }
}
