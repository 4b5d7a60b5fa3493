package io.signalbox.transports.composite.bridge;

/**
 * @param carried the target has them
 * @param filtered the mapping, or the bridge's own mark, kept them from crossing
 * @param rejected the target would never take them, or they could not be mapped: in the source's dead letters
 * @param underWay not answered yet
 * @param dropped published at most once, and the target was away: there was no room for them to wait
 * @param missed copies of carried messages that an archive beside the target should have and has not
 * @param lost the source has given them up while they waited there for the bridge, as far as it knows: they expired, or
 *     its queue had no room for them, or it no longer has them
 */
public record BridgeCounts(
        long carried, long filtered, long rejected, int underWay, long dropped, long missed, long lost) {
    static final BridgeCounts NONE = new BridgeCounts(0, 0, 0, 0, 0, 0, 0);

    BridgeCounts plus(int more, int moreFiltered, int moreRejected, int moreDropped, int underWayNow) {
        return new BridgeCounts(
                carried + more,
                filtered + moreFiltered,
                rejected + moreRejected,
                underWayNow,
                dropped + moreDropped,
                missed,
                lost);
    }

    /** What others count. */
    BridgeCounts with(long missedCopies, long lostAtSource) {
        return new BridgeCounts(carried, filtered, rejected, underWay, dropped, missedCopies, lostAtSource);
    }
}
