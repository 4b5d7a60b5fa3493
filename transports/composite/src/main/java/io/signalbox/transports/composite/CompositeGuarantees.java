package io.signalbox.transports.composite;

import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Transport;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The strategies' promises, as one text for all that a message may meet, and the members' own where those decide. */
final class CompositeGuarantees {
    private CompositeGuarantees() {}

    static Guarantees of(CompositeConfig config) {
        List<Explanation> all = config.strategies().stream()
                .map(strategy -> Explanation.of(config, strategy))
                .sorted(Comparator.comparing(Explanation::strategy))
                .toList();
        return new Guarantees(
                Together.durability(config) + ": "
                        + each(
                                all,
                                one -> "at " + one.copiesMin() + " of "
                                        + config.members().size() + " members"),
                each(all, one -> one.ordered() ? "per topic and ordering key" : "not promised"),
                each(all, Explanation::duplicates),
                each(all, Explanation::lossWindow),
                config.members().stream()
                        .map(member -> member.name() + ": " + retention(member.transport()))
                        .collect(Collectors.joining("; ")));
    }

    private static String retention(Transport transport) {
        return transport.guarantees().retention();
    }

    /** Once if all say the same; otherwise each with its strategy's name. */
    private static String each(List<Explanation> all, Function<Explanation, String> part) {
        Stream<String> distinct = all.stream().map(part).distinct();
        return distinct.count() == 1
                ? part.apply(all.getFirst())
                : all.stream()
                        .map(one -> one.strategy() + ": " + part.apply(one))
                        .collect(Collectors.joining("; "));
    }
}
