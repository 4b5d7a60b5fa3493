package io.signalbox.transports.composite.bridge;

/**
 * @param carried the target has them
 * @param filtered the mapping, or the bridge's own mark, kept them from crossing
 * @param rejected the target would never take them, or they could not be mapped: in the source's dead letters
 * @param underWay not answered yet
 * @param dropped published at most once, and the target was away: there was no room for them to wait
 */
public record BridgeCounts(long carried, long filtered, long rejected, int underWay, long dropped) {}
