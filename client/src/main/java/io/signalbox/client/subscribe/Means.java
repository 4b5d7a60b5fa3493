package io.signalbox.client.subscribe;

import java.util.concurrent.Executor;

/**
 * What all subscriptions of a client share.
 *
 * @param listeners runs what handles messages, which may block
 * @param lane completes what the application waits for
 * @param settledMax QoS 0 messages that may wait in one subscription
 */
record Means(Executor listeners, Executor lane, Seen seen, int settledMax) {}
