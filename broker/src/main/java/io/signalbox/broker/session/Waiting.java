package io.signalbox.broker.session;

import io.signalbox.broker.routing.TopicEntry;

/** What of the live stream waits for the past: an entry of the queue if the log has it, else the offer as it came. */
sealed interface Waiting permits Offer, QueueEntry {
    TopicEntry topic();
}
