package io.signalbox.configuration.hierarchy;

import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import java.util.function.Consumer;

/** Hears only of what is refused. */
record RefusedReport(Consumer<Refusal> refused) implements PublishCallback {
    @Override
    public void published(long context, Outcome outcome, Durability reached, long sequence) {
        // It is where it belongs.
    }

    @Override
    public void refused(long context, Refusal refusal) {
        refused.accept(refusal);
    }
}
