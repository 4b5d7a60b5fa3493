package io.signalbox.transports.composite.strategy;

import io.signalbox.message.Message;
import io.signalbox.transport.PublishCallback;
import java.util.List;

/** A strategy at work. Thread safe. */
public interface Distributor {
    /** @param outlets one for each member, in their order */
    void publish(Message message, List<? extends Outlet> outlets, PublishCallback callback, long context);

    /** Now and then, with the roster's view of the members brought up to date before. */
    default void tick(long nowNanos) {}

    static Distributor of(Strategy strategy, Roster roster, Deadlines deadlines) {
        int size = roster.names().size();
        return switch (strategy) {
            case Strategy.All all -> new Gathering(roster, deadlines, size, true);
            case Strategy.Any any -> new Gathering(roster, deadlines, 1, false);
            case Strategy.Quorum quorum -> new Gathering(roster, deadlines, quorum.needed(), false);
            case Strategy.Split split -> new Splitting(roster, split.by());
            case Strategy.Fallback fallback -> new FallingBack(roster, deadlines, fallback.returnAfter());
        };
    }
}
