package io.signalbox.transport;

/**
 * Names of sessions that gateways make for what is not one client's: queues, and subscriptions that several connections
 * share. A client that chooses its session's name itself may not choose these, or it would own what it only should use.
 */
public final class ReservedNames {
    /** Durable, kept for whoever consumes. */
    public static final String QUEUE = "queue:";

    public static final String AMQP = "amqp:";
    public static final String AMQP_SHARED = "amqp-shared:";
    public static final String AMQP_SHARED_VOLATILE = "amqp-shared-volatile:";

    private static final String[] PREFIXES = {QUEUE, AMQP, AMQP_SHARED, AMQP_SHARED_VOLATILE};

    private ReservedNames() {}

    /** @return the prefix that is reserved; empty: the name is free */
    public static String prefixOf(String name) {
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return prefix;
            }
        }
        return "";
    }
}
