package io.signalbox.transports.composite.spool;

/**
 * @param spooling whether publishes go to the spool now
 * @param pendingCount messages that the transport does not have yet
 * @param pendingBytes their records on disk
 * @param refusedCount spooled messages that the transport will never take
 * @param gapCount ranges of the spool that could not be read
 */
public record SpoolStatus(boolean spooling, long pendingCount, long pendingBytes, long refusedCount, long gapCount) {}
