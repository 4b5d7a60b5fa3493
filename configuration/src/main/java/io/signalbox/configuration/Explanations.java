package io.signalbox.configuration;

import io.signalbox.configuration.bridge.BridgeEntry;
import io.signalbox.configuration.hierarchy.Hierarchy;
import io.signalbox.configuration.hierarchy.TransportEntry;
import io.signalbox.configuration.plan.Judgement;
import io.signalbox.configuration.plan.MessagePlan;
import io.signalbox.configuration.plan.MessageRule;
import io.signalbox.configuration.plan.Need;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.provider.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Says what messages of a topic or a type are promised. Opens nothing, and changes nothing at any server. */
public final class Explanations {
    private static final Topic ANY = Topic.ofMqtt("any");

    private final TransportsConfig config;
    private final Map<String, Promise> promises;

    /**
     * @param given what transports promise that are there without being configured, by name
     * @param timeout the longest that each server may be asked; ZERO: ask nobody
     */
    public Explanations(TransportsConfig config, Map<String, Promise> given, Duration timeout) {
        this.config = config;
        promises = TransportLibraries.with(() -> config.hierarchy().promises(given, timeout));
    }

    /**
     * @param topicOrType a type that a rule names, or a topic
     * @param needs beside those that are declared
     * @throws io.signalbox.error.SignalboxException if it is neither
     * @throws IllegalArgumentException if there is no transport for it
     */
    public Explained explain(String topicOrType, List<Need> needs) {
        Optional<MessageRule> ofType = config.plan().ofType(topicOrType);
        Topic topic = ofType.isPresent() ? ANY : Topic.ofMqtt(topicOrType);
        MessageRule declared = ofType.or(() -> config.plan().ofTopic(topic)).orElseGet(() -> undeclared(topicOrType));
        List<Need> all = new ArrayList<>(declared.needs());
        needs.stream().filter(need -> !all.contains(need)).forEach(all::add);
        MessageRule rule =
                new MessageRule(declared.type(), declared.topics(), declared.transport(), all, declared.where());
        Promise promise = Objects.requireNonNull(promises.get(rule.transport()), rule.transport());
        List<Message> samples =
                ofType.isPresent() ? config.plan().samples(declared, promise) : List.of(declared.sample(topic));
        Message sample =
                samples.stream().min(Comparator.comparing(promise::durability)).orElseGet(() -> declared.sample(ANY));
        Judgement judgement = MessagePlan.judge(rule, promise, samples);
        return new Explained(
                topicOrType,
                rule.type() != null || !rule.topics().isEmpty() ? rule.subject() : "",
                rule.transport(),
                door(rule.transport()),
                description(rule.transport()),
                promise.isCertain(),
                promise.guarantees(sample),
                promise.hazards(sample),
                judgement,
                bridges(sample.topic(), rule.transport()));
    }

    private MessageRule undeclared(String topic) {
        String standard = config.hierarchy().standard();
        if (standard.isEmpty()) {
            throw new IllegalArgumentException("no rule is for '" + topic
                    + "', and there is no default transport; add `transport: NAME` to the configuration");
        }
        return new MessageRule(null, List.of(), standard, List.of(), "--needs");
    }

    private String description(String transport) {
        return config.hierarchy()
                .find(transport)
                .map(TransportEntry::description)
                .orElse("the server's own broker");
    }

    private String door(String transport) {
        List<String> doors = new ArrayList<>();
        Hierarchy hierarchy = config.hierarchy();
        boolean server = !hierarchy.given().isEmpty();
        if (transport.equals(hierarchy.standard())) {
            doors.add(server ? "MQTT clients of the server" : "whoever publishes to the default transport");
        }
        if (hierarchy.given().contains(transport)) {
            doors.add("the server's HTTP API");
        }
        config.bridges().stream()
                .filter(bridge -> bridge.to().equals(transport))
                .forEach(bridge -> doors.add("the bridge " + bridge.name() + ", from " + bridge.from()));
        return String.join("; ", doors);
    }

    private List<String> bridges(Topic topic, String transport) {
        return config.bridges().stream()
                .filter(bridge -> bridge.from().equals(transport)
                        && bridge.config().filters().stream().anyMatch(filter -> filter.matches(topic)))
                .map(bridge -> bridge.explanation() + ofServer(bridge))
                .toList();
    }

    /** What a client asks for holds within the bounds of the server's own, which is not asked about them. */
    private String ofServer(BridgeEntry bridge) {
        return config.hierarchy()
                .find(bridge.from())
                .filter(source -> source.type().equals("remote"))
                .map(source ->
                        "; but never more than mqtt.queue-messages-max and mqtt.queue-bytes-max of the server at "
                                + source.name()
                                + (bridge.config().queue().overflow() == OverflowPolicy.SPILL
                                        ? ", whose mqtt.overflow says what becomes of the rest"
                                        : ""))
                .orElse("");
    }

    /** All rules, judged. */
    public List<Judgement> plan() {
        return config.plan().judge(promises);
    }
}
