package io.signalbox.gateway.amqp.connection;

/**
 * A client that is here, for operators.
 *
 * @param containerId its own name for itself
 * @param sinceMillis epoch milliseconds of its open
 */
public record ConnectionInfo(String containerId, String principal, String remoteAddress, long sinceMillis) {}
