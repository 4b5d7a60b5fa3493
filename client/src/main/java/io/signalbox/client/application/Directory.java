package io.signalbox.client.application;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.MessageCodec;
import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is there, as presence documents tell, and who of them wants what this application says. Thread safe. */
final class Directory {
    private static final Logger LOGGER = LoggerFactory.getLogger(Directory.class);
    private static final int APPLICATIONS_MAX = 10_000;

    private final Identity own;
    private final MessageCodec codecs;
    private final Consumer<Runnable> afterSettling;
    private final Map<Identity, PresenceDocument> present = new LinkedHashMap<>();
    private final Set<Identity> doubted = new HashSet<>();

    /** Counts connections that were lost: what was to be settled in one is not in the next. */
    private long lost;

    private boolean settling;
    private final List<Consumer<Identity>> connected = new CopyOnWriteArrayList<>();
    private final List<Consumer<Identity>> disconnected = new CopyOnWriteArrayList<>();
    private final List<SubscriptionListener> subscribed = new CopyOnWriteArrayList<>();
    private final List<SubscriptionListener> unsubscribed = new CopyOnWriteArrayList<>();

    /** @param afterSettling runs something when all who are there should have been told of, in a new session */
    Directory(Identity own, MessageCodec codecs, Consumer<Runnable> afterSettling) {
        this.own = own;
        this.codecs = codecs;
        this.afterSettling = afterSettling;
    }

    void onConnected(Consumer<Identity> listener) {
        connected.add(listener);
    }

    void onDisconnected(Consumer<Identity> listener) {
        disconnected.add(listener);
    }

    void onSubscribed(SubscriptionListener listener) {
        subscribed.add(listener);
    }

    void onUnsubscribed(SubscriptionListener listener) {
        unsubscribed.add(listener);
    }

    synchronized List<Identity> applications() {
        return List.copyOf(present.keySet());
    }

    /** On the subscription's thread, one at a time. */
    void told(Message message) {
        beginSettling();
        List<String> levels = message.topic().levels();
        Identity identity;
        try {
            identity = new Identity(levels.get(1), levels.get(3));
        } catch (IllegalArgumentException e) {
            LOGGER.debug("{} names no application", message.topic());
            return;
        }
        if (message.payload().length == 0) {
            change(identity, null);
            return;
        }
        try {
            if (codecs.decode(message, PresenceDocument.class) instanceof PresenceDocument document) {
                change(identity, document);
            }
        } catch (CodecException e) {
            LOGGER.warn("the document at {} cannot be read: {}", message.topic(), e.getMessage());
        }
    }

    private void change(Identity identity, @Nullable PresenceDocument now) {
        PresenceDocument before;
        synchronized (this) {
            doubted.remove(identity);
            if (now == null) {
                before = present.remove(identity);
            } else if (present.size() >= APPLICATIONS_MAX && !present.containsKey(identity)) {
                LOGGER.warn("more than {} applications are there; {} is left out", APPLICATIONS_MAX, identity.text());
                return;
            } else {
                before = present.put(identity, now);
            }
        }
        if (identity.equals(own)) {
            return;
        }
        if (before == null && now != null) {
            tell(connected, listener -> listener.accept(identity));
        }
        Set<String> had = wanted(before);
        Set<String> has = wanted(now);
        changes(identity, has, had, subscribed);
        changes(identity, had, has, unsubscribed);
        if (before != null && now == null) {
            tell(disconnected, listener -> listener.accept(identity));
        }
    }

    private static void changes(
            Identity identity, Set<String> these, Set<String> without, List<SubscriptionListener> listeners) {
        for (String filter : these) {
            if (!without.contains(filter)) {
                tell(listeners, listener -> listener.changed(identity.uuid(), filter, identity.name()));
            }
        }
    }

    /** What it wants of this application by name, in the native form. */
    private Set<String> wanted(@Nullable PresenceDocument document) {
        Set<String> filters = new HashSet<>();
        for (PresenceDocument.Wanted wanted : document == null ? List.<PresenceDocument.Wanted>of() : document.all()) {
            String topic = wanted.topic();
            boolean ours = own.uuid().equals(wanted.source()) || own.qualified().equals(wanted.source());
            if (ours && topic != null) {
                try {
                    filters.add(TopicFilter.ofMqtt(topic).nativeText());
                } catch (RuntimeException e) {
                    LOGGER.debug("'{}' is no filter", wanted.topic());
                }
            }
        }
        return filters;
    }

    private static <L> void tell(List<L> listeners, Consumer<L> what) {
        for (L listener : listeners) {
            try {
                what.accept(listener);
            } catch (RuntimeException e) {
                LOGGER.error("a listener of applications threw", e);
            }
        }
    }

    /** Before anything is asked of that connection. In a new session, what is known may be old. */
    synchronized void linkUp(boolean sessionPresent) {
        if (!sessionPresent) {
            doubted.addAll(present.keySet());
        }
    }

    synchronized void linkDown() {
        lost++;
        settling = false;
    }

    /**
     * The first document that comes shows that the server has granted the subscription; this application's own is among
     * them. Whoever has not shown himself again when the time is over has gone meanwhile.
     */
    private void beginSettling() {
        long during;
        synchronized (this) {
            if (settling || doubted.isEmpty()) {
                return;
            }
            settling = true;
            during = lost;
        }
        afterSettling.accept(() -> settle(during));
    }

    private void settle(long during) {
        List<Identity> gone;
        synchronized (this) {
            if (during != lost) {
                return;
            }
            settling = false;
            gone = new ArrayList<>(doubted);
            doubted.clear();
        }
        gone.forEach(identity -> change(identity, null));
    }
}
