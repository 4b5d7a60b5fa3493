package io.signalbox.client.application;

import io.signalbox.client.subscribe.Received;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is sent to this application alone, for whoever here wants that topic of that sender. What nobody wants yet waits
 * unsettled for a listener, and goes to the dead letters when none comes. Thread safe.
 */
final class Inbox {
    private static final Logger LOGGER = LoggerFactory.getLogger(Inbox.class);

    /** Fewer than the default credit: each that waits takes one, and so does all behind it, as acknowledgements go in order. */
    static final int WAITING_MAX = 100;

    private final Identity own;
    private final String common;
    private final String window;
    private final List<BusSubscription<?>> subscriptions = new CopyOnWriteArrayList<>();

    /** One at a time is delivered, which may take as long as the listener does. */
    private final ReentrantLock turn = new ReentrantLock();

    private final Deque<Received<Message>> waiting = new ArrayDeque<>();
    private final Consumer<Runnable> afterPatience;

    /** @param afterPatience runs something when a message has waited long enough for a listener */
    Inbox(Identity own, Consumer<Runnable> afterPatience) {
        this.own = own;
        this.afterPatience = afterPatience;
        common = common(own.uuid());
        window = window(own);
    }

    private static String common(String uuid) {
        return "apps/" + uuid + "/inbox/";
    }

    private static String window(Identity identity) {
        return "apps/" + identity.uuid() + "/windows/" + identity.name() + "/inbox/";
    }

    /** Of all windows of an application. */
    static Topic topic(String uuid, Topic topic) {
        return Topic.ofMqtt(common(uuid) + topic.text());
    }

    /** Of one window, so that the server knows whether it is there. One that has no name of its own has the common one. */
    static Topic topic(Identity to, Topic topic) {
        return to.isNamed() ? Topic.ofMqtt(window(to) + topic.text()) : topic(to.uuid(), topic);
    }

    List<String> filters() {
        return own.isNamed() ? List.of(common + "#", window + "#") : List.of(common + "#");
    }

    /** The topic as its sender wrote it; null: it is not for this window. */
    private @Nullable Topic topicHere(Message message) {
        String text = message.topic().text();
        String to = message.properties().to();
        if (text.startsWith(window) && text.length() > window.length()) {
            return Topic.ofMqtt(text.substring(window.length()));
        }
        boolean forUs = to == null || own.uuid().equals(to) || own.qualified().equals(to);
        return forUs && text.startsWith(common) && text.length() > common.length()
                ? Topic.ofMqtt(text.substring(common.length()))
                : null;
    }

    /** It gets what waits for it, before anything newer. */
    void add(BusSubscription<?> subscription) {
        subscriptions.add(subscription);
        Thread.startVirtualThread(this::handOver);
    }

    void remove(BusSubscription<?> subscription) {
        subscriptions.remove(subscription);
    }

    /** On the subscription's thread, one at a time; settles it, now or later. */
    void arrived(Received<Message> received) {
        if (topicHere(received.message()) == null) {
            received.accept(); // Another window of this application has it: earlier versions sent so to all of them.
            return;
        }
        turn.lock();
        try {
            List<BusSubscription<?>> now = List.copyOf(subscriptions);
            waiting.removeIf(before -> delivered(before, now));
            if (delivered(received, now)) {
                return;
            }
            if (waiting.size() >= WAITING_MAX) {
                nobody(received);
                return;
            }
            waiting.addLast(received);
        } finally {
            turn.unlock();
        }
        afterPatience.accept(() -> giveUp(received));
    }

    private void handOver() {
        turn.lock();
        try {
            // One that is added meanwhile has its own turn, and so gets all of it in its order.
            List<BusSubscription<?>> now = List.copyOf(subscriptions);
            waiting.removeIf(received -> delivered(received, now));
        } finally {
            turn.unlock();
        }
    }

    private void giveUp(Received<Message> received) {
        turn.lock();
        try {
            if (waiting.remove(received)) {
                nobody(received);
            }
        } finally {
            turn.unlock();
        }
    }

    private static void nobody(Received<Message> received) {
        received.reject("this application has no listener for it");
    }

    /** @return false: nobody here wants it */
    private boolean delivered(Received<Message> received, List<BusSubscription<?>> subscribed) {
        Message message = received.message();
        Topic topic = Objects.requireNonNull(topicHere(message));
        boolean wanted = false;
        Exception failure = null;
        for (BusSubscription<?> subscription : subscribed) {
            try {
                wanted |= subscription.filter().matches(topic) && subscription.offer(message, topic);
            } catch (Exception e) {
                wanted = true;
                failure = e; // The others get it all the same.
            }
        }
        if (failure != null) {
            LOGGER.warn("a listener failed at a message sent here at {}", topic, failure);
            received.reject("the receiver failed: " + failure);
        } else if (wanted) {
            received.accept();
        }
        return wanted;
    }
}
