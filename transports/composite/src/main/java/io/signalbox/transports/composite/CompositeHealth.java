package io.signalbox.transports.composite;

import io.signalbox.transport.Health;
import io.signalbox.transport.Health.Status;
import io.signalbox.transports.composite.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;

/** What the parts' health means for the whole: DOWN if publishes are refused, DEGRADED if less is kept than was meant. */
final class CompositeHealth {
    private CompositeHealth() {}

    static Health of(CompositeConfig config) {
        List<String> troubles = new ArrayList<>();
        int up = 0;
        for (Member member : config.members()) {
            Health health = member.transport().health();
            if (health.status() != Status.DOWN) {
                up++;
            }
            note(troubles, member.name(), health);
        }
        boolean archivesHold = true;
        for (Archive archive : config.archives()) {
            Health health = archive.health();
            archivesHold &= archive.mode() == Archive.Mode.BEST_EFFORT || health.status() != Status.DOWN;
            note(troubles, archive.name(), health);
        }
        if (troubles.isEmpty()) {
            return Health.UP;
        }
        int needed = config.strategies().stream()
                .mapToInt(strategy -> needed(strategy, config.members().size()))
                .max()
                .orElse(1);
        Status status = up >= needed && archivesHold ? Status.DEGRADED : Status.DOWN;
        return new Health(status, String.join("; ", troubles));
    }

    private static void note(List<String> troubles, String name, Health health) {
        if (health.status() != Status.UP) {
            troubles.add(name + " is " + health.status() + ": " + health.detail());
        }
    }

    private static int needed(Strategy strategy, int members) {
        return switch (strategy) {
            case Strategy.All all -> members;
            case Strategy.Any any -> 1;
            case Strategy.Quorum quorum -> quorum.needed();
            case Strategy.Split split -> 1;
            case Strategy.Fallback fallback -> 1;
        };
    }
}
