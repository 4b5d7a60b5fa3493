package io.signalbox.bus.remote;

import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SessionRef;
import io.signalbox.bus.queue.Parking;
import io.signalbox.bus.queue.Source;
import io.signalbox.transport.Settlement;
import org.jspecify.annotations.Nullable;

/** Hears how an event that came from the transport has ended, and settles its delivery. */
final class EventEnd implements Completion {
    private final Receiver receiver;
    private final Arrival arrival;
    private final RemoteLink link;
    private final long arrivedMillis;

    EventEnd(Receiver receiver, Arrival arrival, RemoteLink link, long arrivedMillis) {
        this.receiver = receiver;
        this.arrival = arrival;
        this.link = link;
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
    public boolean comesAgain() {
        return arrival.comesAgain();
    }

    @Override
    public void awayIn(@Nullable Parking key) {
        if (key == null) {
            link.memory().awayIn().remove(arrival);
        } else {
            link.memory().awayIn().put(arrival, key);
        }
    }

    @Override
    public void expect(SessionRef session, Runnable back) {
        String id = WireForm.id(arrival.message());
        if (id == null) {
            back.run();
        } else {
            link.memory().comingBack().expect(id, session, back);
        }
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
    public long atNanos() {
        return arrival.atNanos();
    }

    @Override
    public long ttlNanos() {
        return arrival.ttlNanos();
    }

    @Override
    public void handled() {
        try {
            receiver.handled(arrival);
        } finally {
            link.memory().inHand().end(arrival);
        }
    }

    @Override
    public void failed(Reason reason, @Nullable Throwable error) {
        link.memory().inHand().end(arrival);
        switch (reason) {
            case LINK_LOST -> {}
            case CLOSED -> receiver.settle(arrival, Settlement.RELEASED);
            case PARKED -> receiver.giveBackParked(arrival);
            // The bus has counted them; who wants the newest alone, or nothing any more, wants no dead letter.
            case DROPPED_OLDEST -> receiver.letGo(arrival);
            case NO_HANDLER -> receiver.settle(arrival, Settlement.ACCEPTED);
            default -> receiver.settle(arrival, new Settlement.Rejected(reason.code()));
        }
    }
}
