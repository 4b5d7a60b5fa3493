package io.signalbox.bus.context;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.schedule.Scheduler;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One message being handled by one handler: the value of the scoped value that ties what a handler sends to its cause.
 *
 * <p>Frames are reused, one for each depth of each thread, so that binding costs one small object and not four. That
 * is sound because a scoped value is inherited by structured forks alone, and those are over before the handler is:
 * nobody can look at a frame that already serves another message. What leaves a frame is an {@link Envelope}, which is
 * made when somebody first asks.
 */
public final class Frame implements ScopedValue.CallableOp<@Nullable Object, Throwable> {
    static final ScopedValue<Frame> CURRENT = ScopedValue.newInstance();
    /** Stands for none, which a scoped value does not take as its default. */
    private static final Frame NOBODY = new Frame();

    private final ScopedValue.Carrier carrier = ScopedValue.where(CURRENT, this);

    private @Nullable Body body;
    private @Nullable Object message;
    private @Nullable Scheduler clock;
    private Meta meta = Meta.NONE;
    /** When the message was sent, if there is no clock to ask. */
    private long timeMillis;
    /** Looked at by forks without a lock: an envelope's fields are final, and makers hold the lock. */
    private @Nullable Envelope<?> envelope;

    private @Nullable Cancellation cancellation;

    Frame() {}

    /** The frame of the handler that is calling; null outside of handlers. */
    public static @Nullable Frame current() {
        Frame frame = CURRENT.orElse(NOBODY);
        return frame.message == null ? null : frame;
    }

    /** Runs the body for a message that has no envelope until somebody asks. */
    public static @Nullable Object call(Body body, Object message, Meta meta, Scheduler clock) throws Throwable {
        FrameStack stack = FrameStack.ofThread();
        Frame frame = stack.push();
        frame.body = body;
        frame.message = message;
        frame.meta = meta;
        frame.clock = clock;
        try {
            return frame.carrier.call(frame);
        } finally {
            frame.clear();
            stack.pop();
        }
    }

    /**
     * What a handler threw.
     *
     * @param envelope the one that the handler has seen, if it asked
     */
    public record Failure(Envelope<?> envelope, Throwable error) {}

    /** As {@link #call(Body, Object, Meta, Scheduler)}, for those who need the envelope of what failed; null: nothing. */
    public static @Nullable Failure attempt(Body body, Object message, Scheduler clock) {
        FrameStack stack = FrameStack.ofThread();
        Frame frame = stack.push();
        frame.body = body;
        frame.message = message;
        frame.clock = clock;
        try {
            frame.carrier.call(frame);
            return null;
        } catch (Throwable error) {
            return new Failure(frame.envelope(), error);
        } finally {
            frame.clear();
            stack.pop();
        }
    }

    /** Runs the body for a message on its way. */
    public static @Nullable Object call(Body body, Envelope<?> envelope, @Nullable Cancellation cancellation)
            throws Throwable {
        FrameStack stack = FrameStack.ofThread();
        Frame frame = stack.push();
        frame.body = body;
        frame.message = envelope.message();
        frame.meta = envelope.meta();
        frame.envelope = envelope;
        frame.cancellation = cancellation;
        try {
            return frame.carrier.call(frame);
        } finally {
            frame.clear();
            stack.pop();
        }
    }

    /** A worker's loop, which handles one message after the other. */
    @FunctionalInterface
    public interface Loop {
        void run(Frame frame);
    }

    /** Runs a loop within one frame: bound once, however many messages it serves. Between them there is none. */
    public static void serve(Loop loop) {
        FrameStack stack = FrameStack.ofThread();
        Frame frame = stack.push();
        frame.body = self -> {
            loop.run(self);
            return null;
        };
        try {
            frame.carrier.call(frame);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        } finally {
            frame.clear();
            stack.pop();
        }
    }

    /** Runs a body for the next message of a loop, on the loop's thread. */
    public void next(Body next, Envelope<?> of) throws Throwable {
        message = of.message();
        meta = of.meta();
        envelope = of;
        try {
            next.run(this);
        } finally {
            message = null;
            meta = Meta.NONE;
            envelope = null;
        }
    }

    /** As {@link #next(Body, Envelope)}, for a message that has no envelope until somebody asks; null: it did not fail. */
    public @Nullable Failure next(Body next, Object of, long sentMillis) {
        message = of;
        timeMillis = sentMillis;
        try {
            next.run(this);
            return null;
        } catch (Throwable error) {
            return new Failure(envelope(), error);
        } finally {
            message = null;
            envelope = null;
        }
    }

    @Override
    public @Nullable Object call() throws Throwable {
        return Objects.requireNonNull(body).run(this);
    }

    private void clear() {
        body = null;
        message = null;
        clock = null;
        envelope = null;
        cancellation = null;
        meta = Meta.NONE;
    }

    /** The message alone, for handlers that ask for nothing else. */
    public Object message() {
        return Objects.requireNonNull(message);
    }

    public Meta meta() {
        return meta;
    }

    public @Nullable Cancellation cancellation() {
        return cancellation;
    }

    public Envelope<?> envelope() {
        Envelope<?> made = envelope;
        return made != null ? made : makeEnvelope();
    }

    private synchronized Envelope<?> makeEnvelope() {
        Envelope<?> made = envelope;
        if (made == null) {
            made = new Envelope<>(message(), clock == null ? timeMillis : clock.nowMillis(), meta);
            envelope = made;
        }
        return made;
    }
}
