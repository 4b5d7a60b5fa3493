package io.signalbox.bus.ledger;

import io.signalbox.bus.message.Reason;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What has become of the commands of one type. */
public final class CommandCounters {
    private static final Reason[] REASONS = Reason.values();

    private final String type;
    public final LongAdder sent = new LongAdder();
    public final LongAdder succeeded = new LongAdder();
    public final LongAdder failed = new LongAdder();
    private final AtomicLongArray rejected = new AtomicLongArray(REASONS.length);

    CommandCounters(String type) {
        this.type = type;
    }

    public String type() {
        return type;
    }

    public void rejected(Reason reason) {
        rejected.incrementAndGet(reason.ordinal());
    }

    CommandLine line() {
        var rejectedNow = LedgerMaps.of(REASONS, rejected);
        long succeededNow = succeeded.sum();
        long failedNow = failed.sum();
        return new CommandLine(type, sent.sum(), succeededNow, failedNow, rejectedNow);
    }
}
