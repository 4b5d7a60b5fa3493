package io.signalbox.transports.composite;

import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transports.composite.spool.SpoolPromise;
import io.signalbox.transports.composite.strategy.SplitBy;
import io.signalbox.transports.composite.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** A configured composite that is not open. */
record CompositePlan(CompositeParts composite) implements TransportPlan {
    @Override
    public List<String> parts() {
        return composite.names();
    }

    @Override
    public int answersInTurn() {
        return composite.inTurn();
    }

    @Override
    public String endpoint() {
        return "";
    }

    @Override
    public Promise promise(Map<String, Promise> parts, Duration timeout) {
        Map<String, Promise> own = new LinkedHashMap<>();
        composite.names().forEach(name -> own.put(name, promise(parts, name)));
        return new Combined(composite.with("composite", name -> new PromisedTransport(name, promise(own, name))), own);
    }

    private static Promise promise(Map<String, Promise> parts, String name) {
        return Objects.requireNonNull(parts.get(name), name);
    }

    @Override
    public Transport open(Surroundings surroundings) {
        return new CompositeTransport(composite.with(surroundings.name(), surroundings.part()), surroundings.time());
    }

    /**
     * What the members promise together.
     *
     * @param parts what those promise that it is made of, by name
     */
    private record Combined(CompositeConfig config, Map<String, Promise> parts) implements Promise {
        @Override
        public Capabilities capabilities() {
            return Together.of(config);
        }

        private Stream<Promise> members() {
            return config.members().stream().map(member -> promise(parts, member.name()));
        }

        private Stream<Archive> required() {
            return config.archives().stream().filter(archive -> archive.mode() == Archive.Mode.REQUIRED);
        }

        @Override
        public boolean isCertain() {
            return Stream.concat(members(), required().map(archive -> promise(parts, archive.name())))
                    .allMatch(Promise::isCertain);
        }

        /** Whether so many members are held that a publish could not be accepted. */
        @Override
        public boolean isHeld() {
            int all = config.members().size();
            int held = Math.toIntExact(members().filter(Promise::isHeld).count());
            return required().anyMatch(archive -> promise(parts, archive.name()).isHeld())
                    || config.strategies().stream().anyMatch(strategy -> switch (strategy) {
                        case Strategy.All every -> held > 0;
                        case Strategy.Quorum quorum -> all - held < quorum.needed();
                        case Strategy.Any any -> held == all;
                        case Strategy.Fallback fallback -> held == all;
                        case Strategy.Split split -> held == all;
                    });
        }

        /** Any that is not held may be among those that have it, and whoever is slowest is counted too. */
        private Durability lowest(Message message, BiFunction<Promise, Message, Durability> level) {
            return Stream.concat(
                            candidates(message).filter(member -> !member.isHeld()),
                            required()
                                    .filter(archive -> archive.wants(message))
                                    .map(archive -> promise(parts, archive.name())))
                    .map(part -> level.apply(part, message))
                    .min(Durability::compareTo)
                    .orElse(Durability.REPLICATED);
        }

        private Stream<Promise> candidates(Message message) {
            boolean byTopicAlone =
                    config.rules().stream().allMatch(rule -> rule instanceof CompositeConfig.Rule.OfTopic);
            if (byTopicAlone
                    && config.strategyOf(message) instanceof Strategy.Split split
                    && split.by() instanceof SplitBy.Topics topics) {
                return Stream.of(promise(parts, topics.member(message, List.of())));
            }
            return members();
        }

        @Override
        public Durability durability(Message message) {
            return lowest(message, Promise::durability);
        }

        @Override
        public Durability durabilityMax(Message message) {
            return lowest(message, Promise::durabilityMax);
        }

        @Override
        public List<TopicFilter> distinguished() {
            List<TopicFilter> filters = new ArrayList<>();
            config.archives().forEach(archive -> filters.add(archive.filter()));
            for (CompositeConfig.Rule rule : config.rules()) {
                if (rule instanceof CompositeConfig.Rule.OfTopic ofTopic) {
                    filters.add(ofTopic.filter());
                }
            }
            for (Strategy strategy : config.strategies()) {
                if (strategy instanceof Strategy.Split split && split.by() instanceof SplitBy.Topics topics) {
                    topics.rules().forEach(rule -> filters.add(rule.filter()));
                }
            }
            parts.values().forEach(part -> filters.addAll(part.distinguished()));
            return filters;
        }

        @Override
        public Guarantees guarantees(Message message) {
            Explanation said = Explanation.of(config, message, durability(message));
            return new Guarantees(
                    said.durability() + ": at " + said.copiesMin() + " of "
                            + config.members().size() + " members (" + said.strategy() + ")",
                    said.ordered() ? "per topic and ordering key" : "not promised",
                    said.duplicates(),
                    said.lossWindow(),
                    CompositeGuarantees.of(config).retention());
        }

        @Override
        public boolean archives(Message message) {
            return hasIt(message, Promise::durability);
        }

        @Override
        public boolean mayArchive(Message message) {
            return hasIt(message, Promise::durabilityMax);
        }

        /** What is in a spool before an archive is not in the archive. */
        private boolean hasIt(Message message, BiFunction<Promise, Message, Durability> level) {
            return required()
                    .filter(archive -> archive.wants(message))
                    .map(archive -> promise(parts, archive.name()))
                    .anyMatch(part -> !(part instanceof SpoolPromise)
                            && level.apply(part, message).atLeast(Durability.BUFFERED));
        }

        @Override
        public List<String> hazards(Message message) {
            Explanation said = Explanation.of(config, message, durability(message));
            return Stream.concat(Stream.of("a member down: " + said.memberFailure()), said.hazards().stream())
                    .toList();
        }
    }
}
