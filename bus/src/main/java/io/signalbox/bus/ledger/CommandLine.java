package io.signalbox.bus.ledger;

import io.signalbox.bus.message.Reason;
import java.util.Map;

/** The commands of one type since the bus was built. */
public record CommandLine(String type, long sent, long succeeded, long failed, Map<Reason, Long> rejected) {
    /** Sent and not answered yet. */
    public long pending() {
        return sent - succeeded - failed - LedgerMaps.sum(rejected);
    }
}
