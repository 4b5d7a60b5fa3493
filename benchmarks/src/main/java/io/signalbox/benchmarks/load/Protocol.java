package io.signalbox.benchmarks.load;

/** What is said to the server and understood of its answers; stateless but for what {@link Client} keeps. */
sealed interface Protocol permits Mqtt, Nats {
    static Protocol of(Plan plan, Inbox inbox) {
        return plan.protocol.equals("nats") ? new Nats(inbox) : new Mqtt(plan, inbox);
    }

    /** The connection stands. */
    void open(Client client);

    void subscribe(Client client, String filter);

    void ping(Client client);

    void close(Client client);

    /** All of a publish up to its payload; the packet identifier, if it has one, is last. */
    byte[] head(String topic, int payloadBytes);

    /** What follows the payload. */
    byte[] tail();

    /**
     * Hands all whole packets to the {@link Inbox}.
     *
     * @return bytes that were understood; the rest is given again, with more behind it
     */
    int parse(Client client, byte[] in, int length, long now);
}
