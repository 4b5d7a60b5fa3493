package io.signalbox.bus.ledger;

import io.signalbox.bus.message.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts by reason, without the zeros. */
final class LedgerMaps {
    private LedgerMaps() {}

    static Map<Reason, Long> of(Reason[] reasons, AtomicLongArray counts) {
        Map<Reason, Long> found = new EnumMap<>(Reason.class);
        for (Reason reason : reasons) {
            long count = counts.get(reason.ordinal());
            if (count != 0) {
                found.put(reason, count);
            }
        }
        return Map.copyOf(found);
    }

    static long sum(Map<Reason, Long> counts) {
        long sum = 0;
        for (long count : counts.values()) {
            sum += count;
        }
        return sum;
    }
}
