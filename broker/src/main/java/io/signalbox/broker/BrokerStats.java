package io.signalbox.broker;

/**
 * @param sessions known, connected or not
 * @param queued deliveries waiting or unsettled, over all sessions
 * @param topics with a history or a retained message
 * @param storageBytes of segment files
 * @param bufferedBytes payloads held in memory for delivery
 * @param published accepted publishes since start
 * @param delivered deliveries handed over since start
 * @param dropped deliveries given up since start, for whatever reason but dead-lettering
 */
public record BrokerStats(
        int sessions,
        int connected,
        int exactRoutes,
        int wildcardRoutes,
        long queued,
        long deadLetters,
        long topics,
        long retained,
        int storageFiles,
        long storageBytes,
        long bufferedBytes,
        long published,
        long delivered,
        long expired,
        long dropped,
        long lastSequence) {}
