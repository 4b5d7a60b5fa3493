package io.signalbox.configuration.plan;

import io.signalbox.configuration.plan.Judgement.Finding;
import io.signalbox.configuration.plan.Judgement.Verdict;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.provider.Promise;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** All rules; the first that is for a message decides. */
public record MessagePlan(List<MessageRule> rules) {
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

    private static Judgement judge(MessageRule rule, Map<String, Promise> promises) {
        Promise promise = Objects.requireNonNull(promises.get(rule.transport()), rule.transport());
        return judge(rule, promise, rule.samples());
    }

    /** By some messages that the rule is for. */
    public static Judgement judge(MessageRule rule, Promise promise, List<Message> samples) {
        return new Judgement(
                rule,
                rule.needs().stream()
                        .map(need -> samples.stream()
                                .map(sample -> finding(need, promise, sample))
                                .max((a, b) -> Integer.compare(severity(a.verdict()), severity(b.verdict())))
                                .orElseThrow())
                        .toList());
    }

    private static Finding finding(Need need, Promise promise, Message sample) {
        String missing = need.missing(promise, sample);
        if (missing == null) {
            return new Finding(need, Verdict.MET, "");
        }
        return new Finding(need, promise.isCertain() ? Verdict.UNMET : Verdict.OPEN, missing);
    }

    private static int severity(Verdict verdict) {
        return switch (verdict) {
            case MET -> 0;
            case OPEN -> 1;
            case UNMET -> 2;
        };
    }
}
