package io.signalbox.client.subscribe;

import io.signalbox.topic.TopicFilter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What to subscribe to, and how.
 *
 * @param share members of one group share its messages; null: this client gets all
 * @param qos at most 0, 1 or 2
 * @param from where in the past to begin: {@code all}, {@code last=100}, {@code 24h}, {@code seq=123}, a time (see
 *     docs/mqtt.md); null: now
 * @param speed of the past: 0 at once, 1 as it happened, 10 ten times as fast; null: at once
 * @param retained whether the retained messages come first
 * @param noLocal not what this client publishes itself
 * @param settledByHand the listener accepts or rejects each message itself
 */
public record SubscribeOptions(
        TopicFilter filter,
        @Nullable String share,
        int qos,
        @Nullable String from,
        @Nullable String speed,
        boolean retained,
        boolean noLocal,
        boolean settledByHand) {

    private static final int TEXT_BYTES_MAX = 32_767;

    public SubscribeOptions {
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("qos " + qos + " is none of 0, 1 and 2");
        }
        if (share != null && (share.isEmpty() || share.matches(".*[/+#].*"))) {
            throw new IllegalArgumentException(
                    "the share group '" + share + "' is empty or has one of '/', '+', '#' (MQTT 5, 4.8.2)");
        }
        checkText("share group", share);
        checkText("'from'", from);
        checkText("speed", speed);
        if (share != null && noLocal) {
            throw new IllegalArgumentException("a shared subscription cannot be noLocal (MQTT 5, 3.8.3.1)");
        }
    }

    /** Now, as nobody would hear of it when a connection asks for it. */
    private static void checkText(String what, @Nullable String value) {
        if (value == null) {
            return;
        }
        if (value.indexOf(0) >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException(
                    "the " + what + " has U+0000 or half a surrogate pair, which MQTT cannot carry (MQTT 5, 1.5.4)");
        }
        if (value.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES_MAX) {
            throw new IllegalArgumentException("the " + what + " has more than " + TEXT_BYTES_MAX + " bytes");
        }
    }

    /** QoS 1, from now on, retained messages first. @param filter with levels separated by {@code /} */
    public static SubscribeOptions to(String filter) {
        return to(TopicFilter.ofMqtt(filter));
    }

    public static SubscribeOptions to(TopicFilter filter) {
        return new SubscribeOptions(filter, null, 1, null, null, true, false, false);
    }

    public SubscribeOptions sharedBy(String group) {
        return new SubscribeOptions(filter, group, qos, from, speed, retained, noLocal, settledByHand);
    }

    public SubscribeOptions withQos(int value) {
        return new SubscribeOptions(filter, share, value, from, speed, retained, noLocal, settledByHand);
    }

    public SubscribeOptions from(String value) {
        return new SubscribeOptions(filter, share, qos, value, speed, retained, noLocal, settledByHand);
    }

    public SubscribeOptions atSpeed(String value) {
        return new SubscribeOptions(filter, share, qos, from, value, retained, noLocal, settledByHand);
    }

    public SubscribeOptions withRetained(boolean value) {
        return new SubscribeOptions(filter, share, qos, from, speed, value, noLocal, settledByHand);
    }

    public SubscribeOptions withNoLocal(boolean value) {
        return new SubscribeOptions(filter, share, qos, from, speed, retained, value, settledByHand);
    }

    public SubscribeOptions withSettledByHand(boolean value) {
        return new SubscribeOptions(filter, share, qos, from, speed, retained, noLocal, value);
    }
}
