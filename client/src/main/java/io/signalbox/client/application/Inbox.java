package io.signalbox.client.application;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What is sent to this application alone, for whoever here wants that topic of that sender. Thread safe. */
final class Inbox {
    private final Identity own;
    private final String prefix;
    private final List<BusSubscription<?>> subscriptions = new CopyOnWriteArrayList<>();

    Inbox(Identity own) {
        this.own = own;
        prefix = prefix(own.uuid());
    }

    private static String prefix(String uuid) {
        return "apps/" + uuid + "/inbox/";
    }

    static Topic topic(String uuid, Topic topic) {
        return Topic.ofMqtt(prefix(uuid) + topic.text());
    }

    String filter() {
        return prefix + "#";
    }

    void add(BusSubscription<?> subscription) {
        subscriptions.add(subscription);
    }

    void remove(BusSubscription<?> subscription) {
        subscriptions.remove(subscription);
    }

    /** On the subscription's thread, one at a time. */
    void arrived(Message message) throws Exception {
        String to = message.properties().to();
        boolean forUs = own.uuid().equals(to) || own.qualified().equals(to);
        if (!forUs || message.topic().text().length() <= prefix.length()) {
            return; // Another window of this application has it.
        }
        Topic topic = Topic.ofMqtt(message.topic().text().substring(prefix.length()));
        Exception failure = null;
        for (BusSubscription<?> subscription : subscriptions) {
            try {
                if (subscription.filter().matches(topic)) {
                    subscription.offer(message, topic);
                }
            } catch (Exception e) {
                failure = e; // The others get it all the same.
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
