package io.signalbox.client.application;

/** Hears that another application wants this one's messages, or no longer. Must not block. */
@FunctionalInterface
public interface SubscriptionListener {
    /** @param topic a filter in its native form, levels separated by {@code .} */
    void changed(String uuid, String topic, String name);
}
