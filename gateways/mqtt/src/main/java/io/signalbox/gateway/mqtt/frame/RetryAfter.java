package io.signalbox.gateway.mqtt.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When to come back, for clients that are sent away for want of room or of a server: the user property {@code
 * sb-retry-after} of CONNACK and DISCONNECT, in milliseconds. Each is told another time, up to twice as late, or all
 * would come at once. Immutable.
 */
public final class RetryAfter {
    private static final byte[] NAME = "sb-retry-after".getBytes(StandardCharsets.US_ASCII);

    /** For who has sent what he must not: to send it again later is no help. */
    public static final RetryAfter NONE = new RetryAfter(0);

    private final long millis;

    /** @param millis 0: nothing is said */
    public RetryAfter(long millis) {
        this.millis = millis;
    }

    /**
     * Adds the property, if the reason is one that passes.
     *
     * @param bytesMax what the properties must not be longer than with it
     */
    public void write(ByteBuf properties, MqttReason reason, int bytesMax) {
        if (millis == 0 || !passes(reason)) {
            return;
        }
        long delay = millis + ThreadLocalRandom.current().nextLong(millis);
        ByteBuf property = Unpooled.buffer(32).writeByte(Property.USER_PROPERTY);
        Fields.writeText(property, NAME);
        Fields.writeText(property, Long.toString(delay).getBytes(StandardCharsets.US_ASCII));
        if (properties.readableBytes() + property.readableBytes() <= bytesMax) {
            properties.writeBytes(property);
        }
    }

    private static boolean passes(MqttReason reason) {
        return switch (reason) {
            case SERVER_UNAVAILABLE, SERVER_BUSY, SERVER_SHUTTING_DOWN, QUOTA_EXCEEDED, CONNECTION_RATE_EXCEEDED ->
                true;
            default -> false;
        };
    }
}
