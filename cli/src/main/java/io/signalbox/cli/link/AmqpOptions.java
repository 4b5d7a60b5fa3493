package io.signalbox.cli.link;

/**
 * How to connect over AMQP 1.0.
 *
 * @param containerId names this client; with a durable subscription the server finds its queue by it
 * @param durable subscriptions stay when this client goes
 */
public record AmqpOptions(Endpoint server, String containerId, boolean durable) implements LinkOptions {
    @Override
    public String address() {
        return server.address();
    }
}
