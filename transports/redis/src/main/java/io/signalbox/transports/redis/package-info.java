/**
 * The Redis transport: a session's queue is a stream with a consumer group, what need not arrive goes by Pub/Sub, and
 * every change is one script that Redis runs as a whole. The scripts are in the resources beside this package; {@code
 * common.lua} stands in front of each. The way of a publish ({@code PublishBatch}, {@code Routes}) and of a delivery
 * ({@code Pump}, {@code Entry}) is hot path.
 */
@NullMarked
package io.signalbox.transports.redis;

import org.jspecify.annotations.NullMarked;
