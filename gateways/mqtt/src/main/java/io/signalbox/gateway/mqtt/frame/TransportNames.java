package io.signalbox.gateway.mqtt.frame;

/**
 * User properties between a server and another Signalbox that uses it as a transport (docs/mqtt.md, "Another Signalbox"):
 * what the contract of transports says and MQTT does not. Nobody else is sent any.
 */
public final class TransportNames {
    /** In CONNECT and CONNACK, with the value {@link #VERSION}: both sides speak so. */
    public static final String TRANSPORT = "sb-transport";

    public static final String VERSION = "1";

    /** In CONNACK: what the server can do, separated by commas. */
    public static final String FEATURES = "sb-features";

    /** In CONNECT: the bounds of the session's queue, within those of the server. */
    public static final String QUEUE_MESSAGES_MAX = "sb-queue-messages-max";

    public static final String QUEUE_BYTES_MAX = "sb-queue-bytes-max";

    /** In CONNECT: what a full queue does, {@code drop-oldest} or {@code dead-letter}. */
    public static final String OVERFLOW = "sb-overflow";

    /** In PUBACK: durability, sequence, and {@code duplicate} for what was accepted before. */
    public static final String RECEIPT = "sb-receipt";

    /** In PUBACK: the reason of a refusal, from the catalogue. */
    public static final String REASON = "sb-reason";

    /** In PUBLISH: the sequence, and {@code retained} for what is sent because of a subscription. */
    public static final String DELIVERY = "sb-delivery";

    private TransportNames() {}
}
