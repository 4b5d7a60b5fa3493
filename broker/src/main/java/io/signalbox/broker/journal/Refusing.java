package io.signalbox.broker.journal;

import io.signalbox.broker.admission.Deduplication;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Receipt;

/** Says no to a publisher, so that the same message may be tried again. Owned by the journal's turn. */
final class Refusing {
    private final Deduplication deduplication;

    Refusing(Deduplication deduplication) {
        this.deduplication = deduplication;
    }

    /** Of a publish that took its tag and its key already. */
    void refuse(Publish publish, ReasonCode reason, String detail) {
        publish.refused = true;
        if (publish.outcome != Receipt.Outcome.DUPLICATE) {
            publish.forgetTag();
            String key = Deduplication.keyOf(publish.message);
            if (key != null) {
                deduplication.forget(key);
            }
        }
        publish.tellRefused(reason, detail);
    }
}
