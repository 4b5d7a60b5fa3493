package io.signalbox.broker.state;

import io.signalbox.log.Log;
import io.signalbox.log.LogRecord;
import io.signalbox.log.RecordVisitor;
import io.signalbox.log.Snapshot;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state as of the end of the log: the newest snapshot, and everything after it. */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private Recovery() {}

    /** @param to exclusive */
    public static BrokerState foldTo(Log log, long to) throws IOException {
        BrokerState state = new BrokerState();
        long from = log.startPosition();
        Optional<Snapshot> snapshot = log.snapshots().latest();
        if (snapshot.isPresent()) {
            state = StateSnapshot.read(snapshot.get().content());
            from = Math.max(from, snapshot.get().position());
        }
        BrokerState folded = state;
        log.scan(from, to, new RecordVisitor() {
            @Override
            public boolean onRecord(LogRecord record) {
                folded.apply(record);
                return true;
            }

            @Override
            public void onGap(long gapFrom, long gapTo, String reason) {
                LOG.error("log positions {} to {} cannot be read ({}); what they held is lost", gapFrom, gapTo, reason);
            }
        });
        return folded;
    }
}
