package io.signalbox.transports.composite;

import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A configured composite that is not open. */
record CompositePlan(CompositeParts composite) implements TransportPlan {
    @Override
    public List<String> parts() {
        return composite.names();
    }

    @Override
    public String endpoint() {
        return "";
    }

    @Override
    public Promise promise(Map<String, Promise> parts, Duration timeout) {
        return new Combined(
                composite.with("composite", name -> new PromisedTransport(name, promise(parts, name))), parts);
    }

    private static Promise promise(Map<String, Promise> parts, String name) {
        return Objects.requireNonNull(parts.get(name), name);
    }

    @Override
    public Transport open(Surroundings surroundings) {
        return new CompositeTransport(composite.with(surroundings.name(), surroundings.part()), surroundings.time());
    }

    /** What the members promise together. */
    private record Combined(CompositeConfig config, Map<String, Promise> parts) implements Promise {
        @Override
        public Capabilities capabilities() {
            return Together.of(config);
        }

        @Override
        public boolean isCertain() {
            return config.members().stream()
                    .allMatch(member -> promise(parts, member.name()).isCertain());
        }

        @Override
        public Guarantees guarantees(Message message) {
            Explanation said = Explanation.of(config, message);
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
            return config.archives().stream()
                    .anyMatch(archive -> archive.mode() == Archive.Mode.REQUIRED && archive.wants(message));
        }

        @Override
        public List<String> hazards(Message message) {
            Explanation said = Explanation.of(config, message);
            return Stream.concat(Stream.of("a member down: " + said.memberFailure()), said.hazards().stream())
                    .toList();
        }
    }
}
