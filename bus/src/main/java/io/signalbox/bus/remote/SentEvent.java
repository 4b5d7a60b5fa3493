package io.signalbox.bus.remote;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import org.jspecify.annotations.Nullable;

/** An event on its way; what the transport says after {@link #answer()} was given is told to the bus. */
final class SentEvent implements PublishCallback {
    private final Envelope<?> event;
    private final Arrivals arrivals;
    private final ComingBack comingBack;
    private @Nullable PublishResult known;
    private boolean answered;
    /** The transport has answered; what it says afterwards does not count. */
    private boolean ended;

    SentEvent(Envelope<?> event, Arrivals arrivals, ComingBack comingBack) {
        this.event = event;
        this.arrivals = arrivals;
        this.comingBack = comingBack;
    }

    synchronized PublishResult answer() {
        answered = true;
        return known == null ? PublishResult.ACCEPTED : known;
    }

    @Override
    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            known = outcome == Receipt.Outcome.NO_SUBSCRIBERS ? PublishResult.NO_SUBSCRIBERS : PublishResult.ACCEPTED;
        }
        if (outcome != Receipt.Outcome.ROUTED) {
            comingBack.gone(event.id());
        }
    }

    @Override
    public void refused(long context, Refusal refusal) {
        comingBack.gone(event.id());
        String detail = refusal.reason().code() + ": " + refusal.detail();
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            if (!answered) {
                known = PublishResult.refused(Reason.TRANSPORT, detail);
                return;
            }
        }
        arrivals.lost(event, Reason.TRANSPORT, detail);
    }
}
