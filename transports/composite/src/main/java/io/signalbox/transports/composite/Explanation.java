package io.signalbox.transports.composite;

import io.signalbox.message.Message;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transports.composite.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;

/**
 * What a message is promised once its publish was accepted, in words that tests hold the composite to.
 *
 * @param strategy as it is configured
 * @param copiesMin so many members have it at least
 * @param durability the lowest that any of them gives
 * @param ordered per topic and ordering key
 * @param duplicates when a receiver may see it twice
 * @param lossWindow when it may be lost all the same
 * @param memberFailure what a publish meets when one member is down
 * @param hazards what else an operator should know
 */
public record Explanation(
        String strategy,
        int copiesMin,
        Durability durability,
        boolean ordered,
        String duplicates,
        String lossWindow,
        String memberFailure,
        List<String> hazards) {

    static Explanation of(CompositeConfig config, Message message) {
        return of(config, message, Together.durability(config));
    }

    /** @param durability that an accepted publish of it has reached */
    static Explanation of(CompositeConfig config, Message message, Durability durability) {
        Strategy strategy = config.strategyOf(message);
        List<String> hazards = new ArrayList<>(hazards(strategy));
        hazards.addAll(archiving(config, message));
        return of(config, strategy, durability, hazards);
    }

    /** Of any message that this strategy is for. */
    static Explanation of(CompositeConfig config, Strategy strategy) {
        return of(config, strategy, Together.durability(config), hazards(strategy));
    }

    private static Explanation of(
            CompositeConfig config, Strategy strategy, Durability durability, List<String> hazards) {
        int members = config.members().size();
        int copies = copies(strategy, members);
        return new Explanation(
                name(strategy),
                copies,
                durability,
                Together.of(config).has(Feature.ORDERED),
                duplicates(strategy),
                lossWindow(durability, copies),
                memberFailure(strategy, members),
                List.copyOf(hazards));
    }

    private static String name(Strategy strategy) {
        return switch (strategy) {
            case Strategy.All all -> "all";
            case Strategy.Any any -> "any";
            case Strategy.Quorum quorum -> "quorum of " + quorum.needed();
            case Strategy.Split split -> "split";
            case Strategy.Fallback fallback -> "fallback, return after " + fallback.returnAfter();
        };
    }

    private static int copies(Strategy strategy, int members) {
        return switch (strategy) {
            case Strategy.All all -> members;
            case Strategy.Quorum quorum -> quorum.needed();
            case Strategy.Any any -> 1;
            case Strategy.Split split -> 1;
            case Strategy.Fallback fallback -> 1;
        };
    }

    private static String duplicates(Strategy strategy) {
        return switch (strategy) {
            case Strategy.Split split -> "as the member gives them";
            case Strategy.Fallback fallback ->
                "suppressed by id within a process; after a restart of the receiver a message whose first member answered too late may come again";
            case Strategy.All all -> COPIES;
            case Strategy.Any any -> COPIES;
            case Strategy.Quorum quorum -> COPIES;
        };
    }

    private static final String COPIES =
            "suppressed by id within a process; after a restart of the receiver, copies that lagged behind come again";

    private static String lossWindow(Durability durability, int copies) {
        String one = switch (durability) {
            case NONE -> "any time: nobody may have seen it";
            case ROUTED -> "the member's process ends before it is consumed";
            case BUFFERED -> "the member's machine loses power before its disk has it";
            case SYNCED -> "the member's disk is lost";
            case REPLICATED -> "the disks of several machines are lost";
        };
        return copies == 1 ? one : one + ", at " + copies + " members at once";
    }

    private static String memberFailure(Strategy strategy, int members) {
        return switch (strategy) {
            case Strategy.All all ->
                "refused (busy) before anybody is sent it if the member is known to be down; partial, with the names, if it fails meanwhile";
            case Strategy.Any any -> "accepted as long as one of " + members + " has it";
            case Strategy.Quorum quorum ->
                "accepted as long as " + quorum.needed() + " of " + members
                        + " have it; otherwise partial, with the names";
            case Strategy.Split split -> "messages of that member are refused, all others go on";
            case Strategy.Fallback fallback -> "the next member in order takes it";
        };
    }

    private static List<String> hazards(Strategy strategy) {
        List<String> hazards = new ArrayList<>();
        if (strategy instanceof Strategy.Fallback) {
            hazards.add("messages of an earlier member wait there until it is back, and come after later ones");
        }
        if (strategy instanceof Strategy.Any || strategy instanceof Strategy.Quorum) {
            hazards.add("a member that missed a message never gets it from this composite");
        }
        if (strategy.copies()) {
            hazards.add("each member keeps its own dead letter of a message that fails for good");
        }
        return hazards;
    }

    private static List<String> archiving(CompositeConfig config, Message message) {
        List<String> hazards = new ArrayList<>();
        for (Archive archive : config.archives()) {
            if (!archive.wants(message)) {
                hazards.add("not archived in " + archive.name());
            } else if (archive.mode() == Archive.Mode.BEST_EFFORT) {
                hazards.add("archived in " + archive.name() + " as long as that can take it; misses are counted");
            } else {
                hazards.add("archived in " + archive.name() + " also when the members refuse it");
            }
        }
        return hazards;
    }

    /** As an operator reads it. */
    public String text() {
        StringBuilder text = new StringBuilder()
                .append("strategy        ")
                .append(strategy)
                .append("\ncopies          at least ")
                .append(copiesMin)
                .append("\ndurability      ")
                .append(durability)
                .append("\norder           ")
                .append(ordered ? "per topic and ordering key" : "not promised")
                .append("\nduplicates      ")
                .append(duplicates)
                .append("\nloss            ")
                .append(lossWindow)
                .append("\na member down   ")
                .append(memberFailure);
        hazards.forEach(hazard -> text.append("\nbeware          ").append(hazard));
        return text.append('\n').toString();
    }
}
