package io.signalbox.transports.composite;

import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.strategy.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A composite whose parts are names still.
 *
 * @param members names of transports
 */
record CompositeParts(
        List<String> members,
        List<ArchivePart> archives,
        Strategy strategy,
        List<CompositeConfig.Rule> rules,
        Duration answerTimeout,
        int settledIdsMax) {

    /** @param transport its name */
    record ArchivePart(String transport, Archive.Mode mode, TopicFilter filter) {}

    List<String> names() {
        return Stream.concat(members.stream(), archives.stream().map(ArchivePart::transport))
                .toList();
    }

    /** How many of its parts may be waited for one after the other. */
    int inTurn() {
        return Stream.concat(Stream.of(strategy), rules.stream().map(CompositeConfig.Rule::strategy))
                .mapToInt(one -> one.inTurn(members.size()))
                .max()
                .orElse(1);
    }

    /** @throws IllegalArgumentException for parts that do not fit together */
    CompositeConfig with(String name, Function<String, Transport> part) {
        return new CompositeConfig(
                name,
                members.stream()
                        .map(member -> new Member(member, part.apply(member)))
                        .toList(),
                archives.stream()
                        .map(archive -> new Archive(
                                archive.transport(), part.apply(archive.transport()), archive.mode(), archive.filter()))
                        .toList(),
                strategy,
                rules,
                answerTimeout,
                settledIdsMax);
    }
}
