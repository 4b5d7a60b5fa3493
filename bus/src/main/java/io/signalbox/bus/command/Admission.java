package io.signalbox.bus.command;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * A command at the door.
 *
 * @param target its handler here; null: it goes to another process
 * @param refusal null: it may run
 */
record Admission<R extends @Nullable Object>(
        Envelope<?> envelope,
        @Nullable CommandTarget target,
        @Nullable CommandResult<R> refusal) {
    boolean isLocal() {
        return target != null;
    }
}
