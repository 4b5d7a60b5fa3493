package io.signalbox.gateway.amqp.config;

/**
 * Bounds of one connection.
 *
 * @param frameBytesMax largest frame that either side sends, its header included; 512 is the least there is (AMQP 1.0,
 *     2.4.1)
 * @param messageBytesMax largest message of a client, over all its frames
 * @param outstandingBytesMax bytes of a client's messages that are incomplete or not answered, beyond which nothing more
 *     is read
 * @param sessionsMax open at once
 * @param linksMax open at once, over all sessions
 * @param publishesMax credit of a link that publishes: what may be on the way or unanswered
 * @param unsettledMax deliveries that one receiving link may have unsettled, 1 to 65,535; however much credit it gives
 */
public record AmqpLimits(
        int frameBytesMax,
        int messageBytesMax,
        long outstandingBytesMax,
        int sessionsMax,
        int linksMax,
        int publishesMax,
        int unsettledMax) {

    /** The engine has a signed short for a channel. */
    private static final int SESSIONS_MAX = 32_768;

    public static final AmqpLimits DEFAULT = new AmqpLimits(128 << 10, 8 << 20, 16L << 20, 256, 1_024, 1_000, 2_000);

    public AmqpLimits {
        range("frame-bytes-max", frameBytesMax, 512, 16 << 20);
        range("message-bytes-max", messageBytesMax, 128, 512 << 20);
        range("outstanding-bytes-max", outstandingBytesMax, messageBytesMax, Long.MAX_VALUE);
        range("sessions-max", sessionsMax, 1, SESSIONS_MAX);
        range("links-max", linksMax, 1, 65_535);
        range("publishes-max", publishesMax, 1, 65_535);
        range("unsettled-max", unsettledMax, 1, 65_535);
    }

    static void range(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "amqp." + name + " is " + value + "; it must be between " + min + " and " + max);
        }
    }
}
