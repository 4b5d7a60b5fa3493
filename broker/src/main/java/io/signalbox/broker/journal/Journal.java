package io.signalbox.broker.journal;

import io.signalbox.broker.admission.Deduplication;
import io.signalbox.broker.routing.Recipient;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.error.ReasonCode;
import io.signalbox.log.Log;
import io.signalbox.log.SyncListener;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts everything durable in order, one turn at a time: routes a message, appends it, writes what has gathered as one
 * batch, hands it to the sessions, and asks for a flush. Changes of sessions and subscriptions take their turn too, so
 * that the log says exactly who was owed what, and the state after a restart is a fold over it.
 *
 * <p>Turns are taken by a thread of the journal's. At light load the publisher's lane takes the turn itself when it has
 * read all there is: two changes of threads less between publisher and subscriber. A disk that stalls ends that for a
 * while, so that the lane's other clients do not wait for it.
 *
 * <p>Publishers are answered by the sync thread when the disk has their message, or from a turn when less was asked for.
 */
public final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    static final int BATCH_COMMANDS = 2_048;
    static final int BATCH_BYTES = 4 << 20;
    private static final int LANE_COMMANDS = 128;
    private static final int LANE_ROUNDS = 4;
    /** What the records of a lane's turn have beside their payloads, about. */
    private static final int LANE_RECORD_BYTES = 256 * LANE_COMMANDS;

    private static final long LANE_BYTES_PER_CARE = 1 << 20;
    private static final long RETAINED_BYTES_MAX = Runtime.getRuntime().maxMemory() / 4;
    private static final long PENDING_BYTES_MAX =
            Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 8);

    private final TimeSource time;
    private final Waiters waiters = new Waiters(this::flushFailed, this::flushAgain);
    private final Batch batch;
    private final Work work;
    private final MpscUnboundedArrayQueue<Command> queue = new MpscUnboundedArrayQueue<>(1_024);
    private final AtomicLong pendingBytes = new AtomicLong();
    private final Thread thread;
    private final Consumer<Lane> laneTurn = this::laneTurn;
    private volatile boolean idle;
    private volatile boolean closed;
    private volatile boolean ended;
    private final LanePace pace = new LanePace(System.nanoTime());

    /** Whoever holds it has the turn. */
    private final ReentrantLock turn = new ReentrantLock();

    // owned by the turn
    private Runnable afterBatch = () -> {};

    public Journal(Log log, Router router, TimeSource time, Deduplication deduplication, long lastSequence) {
        this.time = time;
        this.batch = new Batch(log, router, waiters, new Refusing(deduplication), lastSequence);
        this.work = new Work(
                queue,
                pendingBytes,
                batch,
                new PublishAdmission(router, deduplication, batch, RETAINED_BYTES_MAX),
                time);
        log.onSync(new SyncListener() {
            @Override
            public void onSynced(long position) {
                waiters.synced(position);
            }

            @Override
            public void onSyncFailed(long fromPosition, long toPosition, IOException cause) {
                LOG.error(
                        "flush failed for log positions {} to {}: their publishes are refused",
                        fromPosition,
                        toPosition,
                        cause);
                waiters.failed(toPosition, cause);
            }
        });
        thread = Thread.ofPlatform().name("signalbox-journal").daemon(true).unstarted(this::run);
    }

    /** @param afterBatch runs on the journal's thread now and then, to do what must not be done for every message */
    public void start(Runnable afterBatch) {
        this.afterBatch = afterBatch;
        thread.start();
    }

    public long lastSequence() {
        return batch.lastSequence();
    }

    // ---- from any thread

    public void publish(
            Message message, @Nullable BrokerSession origin, int tag, PublishCallback callback, long context) {
        publish(new Publish(message, origin, tag, callback, context));
    }

    /** To one session, if it is subscribed to the topic, and to nobody else; otherwise to all who are. */
    public void publishTo(Recipient only, Message message, PublishCallback callback) {
        Publish publish = new Publish(message, null, 0, callback, 0);
        publish.only = only;
        publish(publish);
    }

    private void publish(Publish publish) {
        PublishCallback callback = publish.callback;
        long context = publish.context;
        if (closed) {
            callback.refused(
                    context, new Refusal(ReasonCode.SHUTTING_DOWN, "the broker is closing; publish again later"));
            return;
        }
        int bytes = publish.message.sizeBytes();
        if (pendingBytes.addAndGet(bytes) > PENDING_BYTES_MAX) {
            pendingBytes.addAndGet(-bytes);
            callback.refused(
                    context,
                    new Refusal(
                            ReasonCode.BUSY,
                            "over " + (PENDING_BYTES_MAX >> 20) + " MiB wait for the disk; publish again later"));
            return;
        }
        BrokerSession origin = publish.origin;
        queue.offer(publish);
        if (ended) {
            refuseLate();
        } else if (idle && !(origin != null && laneMayTurn() && origin.afterTurn(laneTurn))) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * From what is done in a turn it takes its place at once, from elsewhere behind what was posted before.
     *
     * @param durable see {@link Note}
     */
    public void note(int type, byte[] payload, @Nullable Runnable durable) {
        Note note = new Note(type, payload, durable);
        if (turn.isHeldByCurrentThread() && !batch.isAnswering()) {
            batch.append(note, time.millis());
        } else {
            post(note);
        }
    }

    /** Runs on the journal's thread, after all that was posted before, and before all that comes after. */
    public void control(Runnable action) {
        post(new Control(action, true, null));
    }

    /** As the other; who waits for the answer hears it if the journal has ended. */
    public void control(CompletableFuture<?> answer, Runnable action) {
        post(new Control(action, true, answer));
    }

    /** As {@link #control}, for work that changes neither routes nor sessions. */
    public void inPassing(Runnable action) {
        post(new Control(action, false, null));
    }

    private void post(Command command) {
        queue.offer(command);
        if (ended) {
            refuseLate();
        } else if (idle) {
            LockSupport.unpark(thread);
        }
    }

    /** Works off what was posted, flushes, and stops. Idempotent. */
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- on the journal's thread

    private void run() {
        while (true) {
            if (!ownTurn()) {
                if (closed && queue.isEmpty()) {
                    ended = true;
                    refuseLate();
                    return;
                }
                idle = true;
                if (queue.isEmpty() && !closed) {
                    LockSupport.parkNanos(this, 1_000_000_000L);
                }
                idle = false;
            }
        }
    }

    /** @return whether there was something to do */
    private boolean ownTurn() {
        turn.lock();
        try {
            if (batch.hasKept()) {
                batch.writeKept(time.millis());
            }
            int count = work.upTo(BATCH_COMMANDS, true);
            work.forgetBytes();
            afterBatch.run();
            return count > 0;
        } catch (RuntimeException | Error e) {
            fault(e);
            return true;
        } finally {
            turn.unlock();
        }
    }

    /** Whoever comes after the end does this itself: nobody else would look into the queue again. */
    private void refuseLate() {
        turn.lock();
        try {
            Command late;
            while ((late = queue.poll()) != null) {
                switch (late) {
                    case Publish publish -> publish.tellRefused(ReasonCode.SHUTTING_DOWN, "the broker is closed");
                    case Control control -> control.refuse(ReasonCode.CLOSED, "the broker is closed");
                    case Note note -> {}
                }
            }
        } finally {
            turn.unlock();
        }
    }

    // ---- on a publisher's lane

    private boolean laneMayTurn() {
        return pace.mayTurn(System.nanoTime());
    }

    /**
     * What is more than a little, or is no message, is left to the journal's thread. If another has the turn, so is all
     * of it: whoever gives the turn back looks into the queue once more.
     */
    private void laneTurn(Lane lane) {
        for (int i = 0; i < LANE_ROUNDS && idle && !queue.isEmpty(); i++) {
            if (!turn.tryLock()) {
                return;
            }
            long began = System.nanoTime();
            int count = 0;
            try {
                // What waits for the disk goes first, and that is more than a little; so is a new segment's file.
                if (!batch.hasKept() && batch.isReadyFor(pendingBytes.get() + LANE_RECORD_BYTES)) {
                    // The sync thread would take the processor from the subscribers who are about to be served here.
                    batch.syncBy(lane);
                    count = work.upTo(LANE_COMMANDS, false);
                }
            } catch (RuntimeException | Error e) {
                fault(e);
            } finally {
                batch.syncBy(Runnable::run);
                turn.unlock();
            }
            long ended = System.nanoTime();
            pace.tookTurn(began, ended);
            if (count == 0) {
                break;
            }
        }
        if (idle && (!queue.isEmpty() || work.bytes() > LANE_BYTES_PER_CARE)) {
            LockSupport.unpark(thread);
        }
    }

    // ---- in a turn

    private void fault(Throwable e) {
        LOG.error("the journal met a fault of its own; publishes of this batch are refused", e);
        batch.refuseAll(ReasonCode.INTERNAL, "a fault of the server: " + e);
    }

    /** On the sync thread. Nobody may be told yet, and whoever waits would wait for ever: it is written once more. */
    private void flushAgain(Note note) {
        post(note.again());
    }

    /** On the sync thread. The tag and the key become free, so that the publisher may try again. */
    private void flushFailed(Publish publish) {
        if (publish.outcome == Receipt.Outcome.DUPLICATE) {
            return;
        }
        if (publish.seen != null) {
            publish.seen.fail();
        }
        inPassing(publish::forgetTag);
    }
}
