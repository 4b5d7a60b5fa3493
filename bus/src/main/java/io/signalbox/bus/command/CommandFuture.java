package io.signalbox.bus.command;

import io.signalbox.bus.context.Cancellation;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The result of a command that runs elsewhere. Cancelling it interrupts the handler. */
final class CommandFuture<R extends @Nullable Object> extends CompletableFuture<CommandResult<R>> {
    private final Cancellation cancellation = new Cancellation();
    private final Runnable whenBegun;

    /** @param whenBegun run before the handler and what is around it is called */
    CommandFuture(Runnable whenBegun) {
        this.whenBegun = whenBegun;
    }

    /** False: it is cancelled. */
    boolean begin() {
        boolean entered = cancellation.enter();
        if (entered) {
            whenBegun.run();
        }
        return entered;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            cancellation.cancel(Reason.CANCELLED);
        }
        return cancelled;
    }

    /** Stages made of it are futures of the usual kind: cancelling one of them does not reach the handler. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
