package io.signalbox.gateway.mqtt.deliver;

import io.signalbox.topic.Topic;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives the client's aliases to the topics it receives most. When all are taken, each new topic wears down the next
 * holder by one; who is worn out loses its alias (the frequent-items sketch of Misra and Gries).
 */
final class OutboundAliases {
    private static final int ALIASES_MAX = 64;
    private static final int USES_MAX = 1 << 20;

    private final int max;
    private final Map<Topic, Holder> holders = new HashMap<>();
    private final @Nullable Holder[] byAlias;
    private int hand;

    private static final class Holder {
        final Topic topic;
        final int alias;
        int uses = 1;

        Holder(Topic topic, int alias) {
            this.topic = topic;
            this.alias = alias;
        }
    }

    OutboundAliases(int clientMax) {
        max = Math.min(clientMax, ALIASES_MAX);
        byAlias = new @Nullable Holder[max];
    }

    /** @return the alias the client knows for it, or 0 */
    int known(Topic topic) {
        Holder holder = holders.get(topic);
        if (holder == null) {
            return 0;
        }
        holder.uses = Math.min(holder.uses + 1, USES_MAX);
        return holder.alias;
    }

    /** @return an alias to tell the client together with the topic, or 0: none is free. It counts as told. */
    int bind(Topic topic) {
        int slot = holders.size();
        if (slot == max) {
            slot = hand;
            hand = (hand + 1) % max;
            Holder holder = byAlias[slot];
            if (holder != null) {
                if (--holder.uses > 0) {
                    return 0;
                }
                holders.remove(holder.topic);
            }
        }
        Holder holder = new Holder(topic, slot + 1);
        byAlias[slot] = holder;
        holders.put(topic, holder);
        return holder.alias;
    }
}
