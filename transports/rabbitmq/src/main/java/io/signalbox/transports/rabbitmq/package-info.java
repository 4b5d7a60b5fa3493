/**
 * The RabbitMQ transport: topics are routing keys, RabbitMQ routes, a durable session is a queue of its own. The way of
 * a publish ({@code Publisher}, {@code Confirms}) and of a delivery ({@code Inbound}, {@code AckLedger}) is hot path.
 */
@NullMarked
package io.signalbox.transports.rabbitmq;

import org.jspecify.annotations.NullMarked;
