package io.signalbox.gateway.mqtt.subscribe;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Session;
import org.jspecify.annotations.Nullable;

/** Filters as they stand on the wire: with {@code $share/NAME/} in front for a shared one (MQTT 5, 4.8.2). */
final class ShareName {
    private static final String PREFIX = "$share/";

    private ShareName() {}

    /**
     * @param canonical {@code #} may stand in any level, as between transports
     * @throws SignalboxException FILTER_INVALID or TOPIC_TOO_DEEP
     */
    static Session.Target parse(String text, boolean canonical) {
        if (!text.startsWith(PREFIX)) {
            return new Session.Target(filter(text, canonical), null);
        }
        int slash = text.indexOf('/', PREFIX.length());
        String name = slash < 0 ? "" : text.substring(PREFIX.length(), slash);
        if (name.isEmpty() || name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
            throw new SignalboxException(
                    ReasonCode.FILTER_INVALID,
                    "a shared subscription is $share/NAME/FILTER, with a name that is not empty and has no wildcard"
                            + " (MQTT 5, 4.8.2)");
        }
        return new Session.Target(filter(text.substring(slash + 1), canonical), name);
    }

    private static TopicFilter filter(String text, boolean canonical) {
        return canonical ? TopicFilter.ofCanonical(text) : TopicFilter.ofMqtt(text);
    }

    static boolean shared(Session.Target target) {
        @Nullable String group = target.shareGroup();
        return group != null;
    }
}
