package io.signalbox.cli.link;

/**
 * How to reach the HTTP API.
 *
 * @param path in front of the API's own, such as a proxy has it; without a slash at its end
 * @param consumer names the consumer that a subscription at QoS 1 is
 * @param durable the consumer stays when this client goes
 */
public record HttpOptions(Endpoint server, String path, String consumer, boolean durable) implements LinkOptions {
    @Override
    public String address() {
        return (server.tls() == null ? "http://" : "https://") + server.address() + path;
    }
}
