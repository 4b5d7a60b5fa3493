package io.signalbox.client.subscribe;

/** What a subscription does with each arrival. Must settle it, now or later. */
@FunctionalInterface
interface Handler {
    void handle(Arrival arrival);
}
