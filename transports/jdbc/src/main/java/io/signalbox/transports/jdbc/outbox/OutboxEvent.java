package io.signalbox.transports.jdbc.outbox;

import java.util.UUID;

/**
 * A row of the outbox, in the columns that Debezium's outbox event router reads.
 *
 * @param aggregateType what it is about: the topic's first level by default
 * @param aggregateId of which one: the ordering key, so that one aggregate's events keep their order
 * @param type what happened
 * @param payload shared, not a copy: read only
 */
public record OutboxEvent(UUID id, String aggregateType, String aggregateId, String type, byte[] payload) {}
