package io.signalbox.gateway.mqtt.publish;

import io.netty.buffer.ByteBuf;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The topic of each PUBLISH of one client, from its bytes or from its alias (MQTT 5, 3.3.2.3.4). Owned by the
 * connection's loop.
 */
final class InboundTopics {
    /** What all aliases of a client together stand for: 128 topics of 64 KiB would be cheap to send and dear to keep. */
    static final int ALIASED_BYTES_MAX = 256 << 10;

    private static final TopicCache.@Nullable Entry[] NO_ALIASES = {};

    private final int aliasMax;
    private final TopicCache topics = new TopicCache();

    /** By alias; bound to as many as the client has used. */
    private TopicCache.@Nullable Entry[] aliases = NO_ALIASES;

    private int aliasedBytes;

    /** @param aliasMax the Topic Alias Maximum that the client was told */
    InboundTopics(int aliasMax) {
        this.aliasMax = aliasMax;
    }

    int readAlias(ByteBuf in, int end) {
        int alias = Fields.readShort(in, end);
        if (alias == 0 || alias > aliasMax) {
            throw new ProtocolException(
                    MqttReason.TOPIC_ALIAS_INVALID, "topic alias " + alias + " is outside of 1 to " + aliasMax);
        }
        return alias;
    }

    /** @param alias 0: none; with a topic, it stands for that from now on */
    TopicCache.Entry get(ByteBuf in, int at, int bytes, int alias) {
        if (bytes == 0) {
            TopicCache.Entry bound = alias > 0 && alias < aliases.length ? aliases[alias] : null;
            if (bound == null) {
                throw ProtocolException.violation(
                        alias == 0
                                ? "PUBLISH has an empty topic and no alias (MQTT 5, 3.3.2.1)"
                                : "topic alias " + alias + " is not bound (MQTT 5, 3.3.2.3.4)");
            }
            return bound;
        }
        TopicCache.Entry entry;
        try {
            entry = topics.get(in, at, bytes);
        } catch (SignalboxException e) {
            throw new ProtocolException(MqttReason.TOPIC_NAME_INVALID, String.valueOf(e.getMessage()));
        }
        if (alias > 0) {
            bind(alias, entry);
        }
        return entry;
    }

    /** The client may publish to it. */
    void keep(TopicCache.Entry entry) {
        topics.keep(entry);
    }

    private void bind(int alias, TopicCache.Entry entry) {
        if (alias >= aliases.length) {
            aliases = Arrays.copyOf(aliases, Math.min(Math.max(alias + 1, aliases.length * 2), aliasMax + 1));
        }
        TopicCache.Entry before = aliases[alias];
        aliasedBytes += entry.bytes.length - (before == null ? 0 : before.bytes.length);
        if (aliasedBytes > ALIASED_BYTES_MAX) {
            throw new ProtocolException(
                    MqttReason.QUOTA_EXCEEDED,
                    "the topics that have aliases take " + aliasedBytes + " bytes together; the limit is "
                            + ALIASED_BYTES_MAX);
        }
        aliases[alias] = entry;
    }
}
