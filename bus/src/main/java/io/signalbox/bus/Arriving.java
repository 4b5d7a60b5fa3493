package io.signalbox.bus;

import io.signalbox.bus.ledger.EventCounters;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SessionRef;
import io.signalbox.bus.parts.Answering;
import io.signalbox.bus.queue.Source;
import io.signalbox.bus.remote.Arrivals;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** From the transport into the bus. */
final class Arriving implements Arrivals {
    private final LocalBus bus;

    Arriving(LocalBus bus) {
        this.bus = bus;
    }

    @Override
    public @Nullable SessionRef session(String id) {
        LocalSession session = bus.localSession(id);
        return session == null ? null : session.scope();
    }

    @Override
    public PublishResult event(Envelope<?> event) {
        return bus.events().publish(event);
    }

    @Override
    public void letGoAgain(Class<?> type) {
        EventCounters counters = bus.parts().ledger().ofEvent(type);
        counters.arrived.increment();
        counters.refused(Reason.LINK_LOST);
    }

    @Override
    public void linkEnded(Source ended) {
        bus.events().linkEnded(ended);
    }

    @Override
    public CompletableFuture<CommandResult<Object>> command(Envelope<?> command, Runnable begun) {
        return bus.commands().executeArrived(command, begun);
    }

    @Override
    public void query(Envelope<?> query, Answering answers) {
        bus.queries().answerArrived(query, answers);
    }

    @Override
    public void lost(Envelope<?> event, Reason reason, String detail) {
        try {
            // Not on the transport's thread: keeping it may mean to wait for the transport.
            bus.parts().scheduler().execute(() -> bus.events().deadLetterSent(event, reason, detail));
        } catch (RejectedExecutionException closed) {
            bus.parts().errors().onError(event, "transport", new IllegalStateException(detail), 1);
        }
    }
}
