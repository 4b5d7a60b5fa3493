package io.signalbox.broker.routing;

import java.util.Arrays;

/**
 * Where the messages of one topic go, as of one generation of the router.
 *
 * @param anyDurable a target's queue outlives the process and is promised more than at most once
 */
public record Routes(long generation, Target[] targets, ShareGroup[] groups, boolean anyDurable) {
    static final Routes STALE = new Routes(-1, new Target[0], new ShareGroup[0], false);

    /** Of these, the ones that lead to this session, also through a group of which it is a member. */
    public Routes leadingTo(Recipient recipient) {
        return new Routes(
                generation,
                Arrays.stream(targets).filter(t -> t.recipient() == recipient).toArray(Target[]::new),
                Arrays.stream(groups).filter(g -> g.has(recipient)).toArray(ShareGroup[]::new),
                anyDurable);
    }

    public boolean isEmpty() {
        return targets.length == 0 && groups.length == 0;
    }
}
