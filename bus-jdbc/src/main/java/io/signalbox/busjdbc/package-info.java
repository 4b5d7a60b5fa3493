/**
 * The outbox and the inbox of a bus in PostgreSQL or H2, whatever transport it has. A module of its own: who uses the
 * bus over RabbitMQ needs no queues in a database for it, and who uses those need not have the bus. Not hot path.
 */
@NullMarked
package io.signalbox.busjdbc;

import org.jspecify.annotations.NullMarked;
