package io.signalbox.bus.remote;

import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.queue.Source;
import io.signalbox.transport.Settlement;
import org.jspecify.annotations.Nullable;

/** Hears how an event that came from the transport has ended, and settles its delivery. */
final class EventEnd implements Completion {
    private final Receiver receiver;
    private final Arrival arrival;
    private final InHand inHand;
    private final long arrivedMillis;

    EventEnd(Receiver receiver, Arrival arrival, InHand inHand, long arrivedMillis) {
        this.receiver = receiver;
        this.arrival = arrival;
        this.inHand = inHand;
        this.arrivedMillis = arrivedMillis;
    }

    @Override
    public long arrivedMillis() {
        return arrivedMillis;
    }

    @Override
    public boolean canGoBack() {
        return arrival.canGoBack();
    }

    @Override
    public Object origin() {
        return arrival.origin();
    }

    @Override
    public boolean mayHaveComeBefore() {
        return arrival.mayHaveComeBefore();
    }

    @Override
    public Source source() {
        return arrival.source();
    }

    @Override
    public long cameNanos() {
        return arrival.cameNanos();
    }

    @Override
    public void handled() {
        try {
            receiver.handled(arrival);
        } finally {
            inHand.end(arrival);
        }
    }

    @Override
    public void failed(Reason reason, @Nullable Throwable error) {
        inHand.end(arrival);
        switch (reason) {
            case CLOSED -> receiver.settle(arrival, Settlement.RELEASED);
            case PARKED -> receiver.giveBackParked(arrival);
            // The bus has counted them; who wants the newest alone, or nothing any more, wants no dead letter.
            case DROPPED_OLDEST, NO_HANDLER -> receiver.settle(arrival, Settlement.ACCEPTED);
            default -> receiver.settle(arrival, new Settlement.Rejected(reason.code()));
        }
    }
}
