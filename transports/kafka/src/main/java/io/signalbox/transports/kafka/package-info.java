/**
 * The Kafka transport: messages are records of a bounded number of Kafka topics, a session is a place in them, kept as
 * committed offsets. Publishing ({@code Publisher}, {@code RecordMapping}) and reading ({@code Reader}, {@code Ledger})
 * are hot path.
 */
@NullMarked
package io.signalbox.transports.kafka;

import org.jspecify.annotations.NullMarked;
