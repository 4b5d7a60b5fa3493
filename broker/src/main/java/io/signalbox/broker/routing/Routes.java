package io.signalbox.broker.routing;

/**
 * Where the messages of one topic go, as of one generation of the router.
 *
 * @param anyDurable a target's queue outlives the process and is promised more than at most once
 */
public record Routes(long generation, Target[] targets, ShareGroup[] groups, boolean anyDurable) {
    static final Routes STALE = new Routes(-1, new Target[0], new ShareGroup[0], false);

    public boolean isEmpty() {
        return targets.length == 0 && groups.length == 0;
    }
}
