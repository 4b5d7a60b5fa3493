package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SessionRef;
import io.signalbox.bus.queue.Parking;
import io.signalbox.bus.queue.Source;
import org.jspecify.annotations.Nullable;

/** An event that came by a link, known by its number; nobody is told of its end. */
record TestArrival(int number, TestLink link) implements Completion {
    @Override
    public boolean canGoBack() {
        return !link.ended;
    }

    @Override
    public boolean comesAgain() {
        return link.ended && link.durable;
    }

    @Override
    public void awayIn(@Nullable Parking key) {}

    @Override
    public void expect(SessionRef session, Runnable back) {
        throw new AssertionError("there are no sessions");
    }

    @Override
    public Source source() {
        return link;
    }

    @Override
    public long cameNanos() {
        return 0;
    }

    @Override
    public long atNanos() {
        return 0;
    }

    @Override
    public long ttlNanos() {
        return 0;
    }

    @Override
    public long arrivedMillis() {
        return 0;
    }

    @Override
    public Object origin() {
        return number;
    }

    @Override
    public boolean mayHaveComeBefore() {
        return true;
    }

    @Override
    public void handled() {}

    @Override
    public void failed(Reason reason, @Nullable Throwable error) {}
}
