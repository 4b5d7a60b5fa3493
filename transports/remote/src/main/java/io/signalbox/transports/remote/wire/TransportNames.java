package io.signalbox.transports.remote.wire;

/** User properties between two Signalboxes of which one is the other's transport (docs/mqtt.md). */
final class TransportNames {
    static final String TRANSPORT = "sb-transport";
    static final String VERSION = "1";
    static final String FEATURES = "sb-features";
    static final String QUEUE_MESSAGES_MAX = "sb-queue-messages-max";
    static final String QUEUE_BYTES_MAX = "sb-queue-bytes-max";
    static final String OVERFLOW = "sb-overflow";
    static final String RECEIPT = "sb-receipt";
    static final String REASON = "sb-reason";
    static final String RETRY_AFTER = "sb-retry-after";
    static final String DELIVERY = "sb-delivery";

    private TransportNames() {}
}
