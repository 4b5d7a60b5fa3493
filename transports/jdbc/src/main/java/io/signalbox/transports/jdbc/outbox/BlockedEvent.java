package io.signalbox.transports.jdbc.outbox;

import java.util.UUID;

/**
 * A row of the outbox that could not be published, and that holds back those of its aggregate behind it.
 *
 * @param id of the row
 * @param attempts so far
 * @param reason of the last one
 */
public record BlockedEvent(UUID id, String aggregateType, String aggregateId, int attempts, String reason) {}
