package io.signalbox.bus.middleware;

import io.signalbox.bus.ledger.DurationRecorder;
import io.signalbox.bus.message.CommandResult;
import java.util.function.LongSupplier;

/**
 * Measures what lies behind it in the chain. (A bus that is given a {@link DurationRecorder} measures its handlers
 * without this, all middlewares included.)
 */
public final class Timing implements CommandMiddleware<Object>, EventMiddleware<Object> {
    private final DurationRecorder recorder;
    private final LongSupplier nanoTime;

    public Timing(DurationRecorder recorder) {
        this(recorder, System::nanoTime);
    }

    public Timing(DurationRecorder recorder, LongSupplier nanoTime) {
        this.recorder = recorder;
        this.nanoTime = nanoTime;
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        long start = nanoTime.getAsLong();
        boolean succeeded = false;
        try {
            CommandResult<?> result = next.proceed(call);
            succeeded = result.isSuccess();
            return result;
        } finally {
            recorder.command(call.command().getClass(), call.handler().name(), nanoTime.getAsLong() - start, succeeded);
        }
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        long start = nanoTime.getAsLong();
        boolean succeeded = false;
        try {
            next.proceed(call);
            succeeded = true;
        } finally {
            recorder.event(call.event().getClass(), call.handler().name(), nanoTime.getAsLong() - start, succeeded);
        }
    }
}
