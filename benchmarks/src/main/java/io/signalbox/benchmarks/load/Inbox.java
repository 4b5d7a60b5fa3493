package io.signalbox.benchmarks.load;

/** What the server said, freed of its protocol. */
interface Inbox {
    /** @param resumed the server still has the session */
    void onConnected(Client client, boolean resumed);

    /** @param qos what was granted */
    void onSubscribed(Client client, int qos);

    void onDelivery(Client client, byte[] in, int at, int payloadBytes, long now);

    void onRedeliveryFlag();

    void onAcknowledged(Client client, int packetId, long now);

    void onClosedByServer(Client client);
}
