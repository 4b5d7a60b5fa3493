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

/** Where what arrives goes: the bus of this process. */
public interface Arrivals {
    /** The session of that name, if it is open here. */
    @Nullable
    SessionRef session(String id);

    /** @param event its completion is told when it is settled */
    PublishResult event(Envelope<?> event);

    /** An event that was let go came again over the next link, and is let go again: only counted. */
    void letGoAgain(Class<?> type);

    /** What it had brought and is not begun may be left to the next one. Called before that brings anything. */
    void linkEnded(Source ended);

    /**
     * Cancelling the future interrupts the handler.
     *
     * @param begun run before anything of the user's is called with it
     */
    CompletableFuture<CommandResult<Object>> command(Envelope<?> command, Runnable begun);

    void query(Envelope<?> query, Answering answers);

    /** An event that was accepted and that the transport refused afterwards. Called on a thread of the transport's. */
    void lost(Envelope<?> event, Reason reason, String detail);
}
