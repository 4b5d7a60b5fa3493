package io.signalbox.broker.journal;

import io.signalbox.error.ReasonCode;
import io.signalbox.time.TimeSource;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works off what was posted to the journal, as one batch. Owned by its turn. Hot path. */
final class Work {
    private static final Logger LOG = LoggerFactory.getLogger(Work.class);

    private final Queue<Command> queue;
    private final AtomicLong pendingBytes;
    private final Batch batch;
    private final PublishAdmission admission;
    private final TimeSource time;
    private long bytes;

    /** @param pendingBytes the payloads in the queue; each is taken off when its turn has come */
    Work(Queue<Command> queue, AtomicLong pendingBytes, Batch batch, PublishAdmission admission, TimeSource time) {
        this.queue = queue;
        this.pendingBytes = pendingBytes;
        this.batch = batch;
        this.admission = admission;
        this.time = time;
    }

    /** Of what was worked off since the last {@link #forgetBytes}, about. Read by lanes without a turn, as a hint. */
    long bytes() {
        return bytes;
    }

    void forgetBytes() {
        bytes = 0;
    }

    /**
     * @param controls whether those may be run; without, work ends before the first
     * @return how many commands there were
     */
    int upTo(int commandsMax, boolean controls) {
        Command command = next(controls);
        if (command == null) {
            return 0;
        }
        long now = time.millis();
        int count = 0;
        long added = 0;
        while (command != null) {
            count++;
            boolean answered = false;
            switch (command) {
                case Publish publish -> {
                    pendingBytes.addAndGet(-publish.message.sizeBytes());
                    added += admit(publish, now);
                    answered = publish.answered;
                }
                case Note note -> added += append(note, now);
                case Control control -> {
                    added += run(control);
                    answered = true;
                }
            }
            if (answered) {
                // Who was answered may have given the next: no command is dated before it was given.
                now = time.millis();
            }
            command = count < commandsMax && added < Journal.BATCH_BYTES ? next(controls) : null;
        }
        batch.finish();
        bytes += added;
        return count;
    }

    private @Nullable Command next(boolean controls) {
        return !controls && queue.peek() instanceof Control ? null : queue.poll();
    }

    // A fault in one of them is answered there, and is no business of the others.

    private int admit(Publish publish, long now) {
        try {
            return admission.admit(publish, now);
        } catch (RuntimeException | Error e) {
            LOG.error("a publish to {} met a fault of the server, and is refused", publish.message.topic(), e);
            batch.refuse(publish, ReasonCode.INTERNAL, "a fault of the server: " + e);
            return 0;
        }
    }

    private int append(Note note, long now) {
        try {
            return batch.append(note, now);
        } catch (IllegalArgumentException tooLarge) {
            note.logLost(tooLarge);
            return 0;
        }
    }

    private long run(Control control) {
        long before = batch.end();
        try {
            if (control.alone()) {
                batch.finish();
            }
            control.action().run();
            if (control.alone()) {
                batch.finish();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("a change of sessions or subscriptions met a fault of the server", e);
            control.refuse(ReasonCode.INTERNAL, "a fault of the server: " + e);
        }
        return Math.max(0, batch.end() - before);
    }
}
