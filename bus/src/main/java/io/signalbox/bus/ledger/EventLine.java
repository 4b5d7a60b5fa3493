package io.signalbox.bus.ledger;

import io.signalbox.bus.message.Reason;
import java.util.Map;

/**
 * The events of one type since the bus was built.
 *
 * @param accepted let in; each of them ends as sent, handled, dead or dropped
 * @param refused not let in, the publisher knows why
 * @param unheard nobody was subscribed
 * @param arrived those of the accepted, refused and unheard that came over the transport; they were published at their
 *     sender, who may be this bus
 * @param sent given to the transport
 * @param handled by all of their handlers
 * @param dead at least one handler failed for good, there is a dead letter
 * @param dropped let in and not handled
 * @param queued measured in the queue, not computed
 * @param failedAttempts calls of handlers that failed, whatever came after
 * @param unordered how often one was given back that others of its ordering key may overtake, since too many are away
 */
public record EventLine(
        String type,
        long accepted,
        Map<Reason, Long> refused,
        long unheard,
        long arrived,
        long sent,
        long handled,
        long dead,
        Map<Reason, Long> dropped,
        int queued,
        long failedAttempts,
        long unordered) {

    /** All that anybody ever published on this bus. */
    public long published() {
        return accepted + unheard + LedgerMaps.sum(refused) - arrived;
    }

    /** Let in and not at its end: waiting, being handled, between two attempts, or in a batch that is filling. */
    public long pending() {
        return accepted - sent - handled - dead - LedgerMaps.sum(dropped);
    }
}
