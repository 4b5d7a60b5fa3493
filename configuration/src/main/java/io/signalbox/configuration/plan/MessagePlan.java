package io.signalbox.configuration.plan;

import io.signalbox.configuration.plan.Judgement.Finding;
import io.signalbox.configuration.plan.Judgement.Verdict;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.provider.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** All rules; the first that is for a message decides. */
public record MessagePlan(List<MessageRule> rules) {
    private static final int STATES_MAX = 20_000;

    public MessagePlan {
        rules = List.copyOf(rules);
    }

    public Optional<MessageRule> ofType(String type) {
        return rules.stream().filter(rule -> type.equals(rule.type())).findFirst();
    }

    public Optional<MessageRule> ofTopic(Topic topic) {
        return rules.stream().filter(rule -> rule.isFor(topic)).findFirst();
    }

    /** @param promises of all transports, by name */
    public List<Judgement> judge(Map<String, Promise> promises) {
        return rules.stream().map(rule -> judge(rule, promises)).toList();
    }

    Judgement judge(MessageRule rule, Map<String, Promise> promises) {
        Promise promise = Objects.requireNonNull(promises.get(rule.transport()), rule.transport());
        try {
            return judge(rule, promise, samples(rule, promise));
        } catch (IllegalArgumentException e) {
            return new Judgement(
                    rule,
                    rule.needs().stream()
                            .map(need -> new Finding(
                                    need,
                                    Verdict.UNMET,
                                    "it cannot be judged: " + e.getMessage() + "; give it fewer or longer topics"))
                            .toList());
        }
    }

    /**
     * Messages to judge a rule by: one for every way in which the transport treats some of its topics, less those that
     * an earlier rule for the same transport decides about.
     *
     * @throws IllegalArgumentException if there are too many ways
     */
    public List<Message> samples(MessageRule rule, Promise promise) {
        List<MessageRule> earlier = rules.subList(0, Math.max(0, rules.indexOf(rule))).stream()
                .filter(other -> other.transport().equals(rule.transport()))
                .toList();
        List<TopicFilter> others = new ArrayList<>(promise.distinguished());
        earlier.forEach(other -> others.addAll(other.topics()));
        return rule.reach().stream()
                .flatMap(filter -> TopicRegions.of(filter, others, STATES_MAX).stream())
                .filter(topic -> earlier.stream().noneMatch(other -> other.takesAllOf(rule, topic)))
                .map(rule::sample)
                .toList();
    }

    /** By some messages that the rule is for; by none if earlier rules take them all. */
    public static Judgement judge(MessageRule rule, Promise promise, List<Message> samples) {
        return new Judgement(
                rule,
                rule.needs().stream()
                        .map(need -> samples.stream()
                                .map(sample -> need.judge(promise, sample))
                                .max(Comparator.comparingInt(finding -> severity(finding.verdict())))
                                .orElse(new Finding(need, Verdict.MET, "")))
                        .toList());
    }

    /** Names of the transports that rules with needs are about. */
    public Set<String> transports() {
        return rules.stream()
                .filter(rule -> !rule.needs().isEmpty())
                .map(MessageRule::transport)
                .collect(Collectors.toSet());
    }

    private static int severity(Verdict verdict) {
        return switch (verdict) {
            case MET -> 0;
            case OPEN -> 1;
            case UNMET -> 2;
        };
    }
}
