package io.signalbox.testkit.outbox;

import io.signalbox.bus.remote.Outbox;
import io.signalbox.testkit.bus.OutboxContract;

/** Run by {@link OutboxContractTest}, with one fault after the other. */
class QuirkyOutboxContract extends OutboxContract {
    static QuirkyOutbox.Quirk quirk = QuirkyOutbox.Quirk.NONE;

    @Override
    protected Outbox open() {
        return new QuirkyOutbox(quirk);
    }
}
