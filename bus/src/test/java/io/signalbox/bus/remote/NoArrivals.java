package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SessionRef;
import io.signalbox.bus.parts.Answering;
import io.signalbox.bus.queue.Source;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where nothing is expected to arrive. */
final class NoArrivals implements Arrivals {
    @Override
    public @Nullable SessionRef session(String id) {
        return null;
    }

    @Override
    public PublishResult event(Envelope<?> event) {
        throw new AssertionError(event);
    }

    @Override
    public void letGoAgain(Class<?> type) {
        throw new AssertionError(type);
    }

    @Override
    public void linkEnded(Source ended) {}

    @Override
    public CompletableFuture<CommandResult<Object>> command(Envelope<?> command, Runnable begun) {
        throw new AssertionError(command);
    }

    @Override
    public void query(Envelope<?> query, Answering answers) {
        throw new AssertionError(query);
    }

    @Override
    public void lost(Envelope<?> event, Reason reason, String detail) {
        throw new AssertionError(event);
    }
}
