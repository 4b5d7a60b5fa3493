package io.signalbox.server.http;

/**
 * Where a gateway listens, for those who ask for a description.
 *
 * @param name of it, such as {@code mqtt}
 * @param protocol as AsyncAPI calls it
 */
public record GatewayAddress(String name, String protocol, int port) {}
