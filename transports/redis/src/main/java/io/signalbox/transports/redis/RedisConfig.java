package io.signalbox.transports.redis;

import io.lettuce.core.RedisURI;
import io.signalbox.transport.provider.WhenAbsent;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * Where the server is, and how it is used.
 *
 * @param uri {@code redis://user:password@host:port/database}, or {@code rediss}
 * @param prefix all keys and channels begin with it in braces, so that several buses share a database
 * @param payloadBytesMax not above the server's {@code proto-max-bulk-len}
 * @param whenAbsent what opening the transport does while the server cannot be reached
 * @param openWait how long an operation on a session waits for a lost connection to be back
 */
public record RedisConfig(
        String uri,
        String prefix,
        int payloadBytesMax,
        PublishLimits publish,
        RetentionLimits retention,
        DeliveryLimits delivery,
        WhenAbsent whenAbsent,
        Duration openWait) {

    /** @throws IllegalArgumentException naming the value and its limit */
    public RedisConfig {
        check(
                prefix.matches("[A-Za-z0-9._-]{1,60}"),
                "prefix '" + prefix + "' must be 1 to 60 letters, digits, '.', '_' and '-'");
        check(payloadBytesMax > 0, "payloadBytesMax " + payloadBytesMax + " must be positive");
        checkAddress(uri);
    }

    /** What is wrong with it is said without its text, which may have a password in it; so may the library's words. */
    private static void checkAddress(String uri) {
        boolean understood;
        try {
            URI parsed = new URI(uri);
            RedisURI.create(uri);
            // What stands before the first /, ? or # of a password would be taken for a host.
            boolean sentinels = !uri.startsWith("redis://") && !uri.startsWith("rediss://");
            understood = (sentinels || parsed.getHost() != null)
                    && parsed.getRawFragment() == null
                    && (parsed.getRawPath() + parsed.getRawQuery()).indexOf('@') < 0;
        } catch (URISyntaxException | IllegalArgumentException e) {
            understood = false;
        }
        check(
                understood,
                "uri must be redis://USER:PASSWORD@HOST:PORT/DATABASE or rediss, with special characters as %XX");
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    public static RedisConfig of(String uri) {
        return new RedisConfig(
                uri,
                "signalbox",
                16 << 20,
                PublishLimits.DEFAULT,
                RetentionLimits.DEFAULT,
                DeliveryLimits.DEFAULT,
                WhenAbsent.WAIT,
                Duration.ofSeconds(10));
    }

    public RedisConfig withUri(String u) {
        return new RedisConfig(u, prefix, payloadBytesMax, publish, retention, delivery, whenAbsent, openWait);
    }

    public RedisConfig withPrefix(String p) {
        return new RedisConfig(uri, p, payloadBytesMax, publish, retention, delivery, whenAbsent, openWait);
    }

    public RedisConfig withPayloadBytesMax(int bytes) {
        return new RedisConfig(uri, prefix, bytes, publish, retention, delivery, whenAbsent, openWait);
    }

    public RedisConfig withPublish(PublishLimits limits) {
        return new RedisConfig(uri, prefix, payloadBytesMax, limits, retention, delivery, whenAbsent, openWait);
    }

    public RedisConfig withRetention(RetentionLimits limits) {
        return new RedisConfig(uri, prefix, payloadBytesMax, publish, limits, delivery, whenAbsent, openWait);
    }

    public RedisConfig withDelivery(DeliveryLimits limits) {
        return new RedisConfig(uri, prefix, payloadBytesMax, publish, retention, limits, whenAbsent, openWait);
    }

    public RedisConfig withWhenAbsent(WhenAbsent w) {
        return new RedisConfig(uri, prefix, payloadBytesMax, publish, retention, delivery, w, openWait);
    }

    /** Host and port, for texts that anybody may read. */
    String address() {
        RedisURI parsed = RedisURI.create(uri);
        return parsed.getHost() + ":" + parsed.getPort();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "RedisConfig[" + address() + ", prefix " + prefix + ", " + publish + ", " + retention + ", " + delivery
                + "]";
    }
}
