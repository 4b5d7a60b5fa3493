package io.signalbox.message;

/** How often a message may arrive, in MQTT's order: the ordinal is the QoS. */
public enum Guarantee {
    AT_MOST_ONCE,
    AT_LEAST_ONCE,
    EXACTLY_ONCE;

    private static final Guarantee[] BY_QOS = values();

    /** @param qos 0, 1 or 2 */
    public static Guarantee ofQos(int qos) {
        return BY_QOS[qos];
    }

    public int qos() {
        return ordinal();
    }

    public Guarantee atMost(Guarantee other) {
        return ordinal() <= other.ordinal() ? this : other;
    }
}
