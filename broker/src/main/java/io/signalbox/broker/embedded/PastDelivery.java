package io.signalbox.broker.embedded;

import io.signalbox.broker.record.PastCodec;
import io.signalbox.broker.replay.Past;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.broker.session.CatchUp;
import io.signalbox.broker.session.SessionDirectory;
import io.signalbox.log.Log;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the past into a session that asked for it, in pieces, each when the session has room. Called on the journal's
 * thread at the very point where the live stream begins: what the log has up to there is past, the rest is live.
 */
final class PastDelivery implements SessionDirectory.PastReader {
    private static final Logger LOG = LoggerFactory.getLogger(PastDelivery.class);
    private static final int PIECE = 256;
    private static final long PIECE_BYTES = 256 << 10;
    private static final double PACE_STEP_MILLIS = 50;
    private static final long LOOK_SECONDS = 10;

    private final Past past;
    private final Log log;
    private final LongSupplier lastSequence;
    private final ExecutorService blocking;
    private final TimeSource time;

    /** A client may subscribe again and again, to all there is. */
    private final OneByOne retained;

    /** @param lastSequence of the journal */
    PastDelivery(Past past, Log log, LongSupplier lastSequence, ExecutorService blocking, TimeSource time) {
        this.lastSequence = lastSequence;
        this.time = time;
        this.past = past;
        this.log = log;
        this.blocking = blocking;
        this.retained = new OneByOne(blocking);
    }

    @Override
    public Runnable holdForRetained(BrokerSession session, FilterSpec spec, BooleanSupplier wanted) {
        session.beginCatchUp(spec);
        // What is retained later comes with the live stream, though it may be there before this is read.
        long to = lastSequence.getAsLong();
        if (spec.filter().isExact()) {
            List<CatchUp.Item> items = new ArrayList<>(1);
            past.retained(
                    spec.filter(), to, () -> true, (stored, position) -> items.add(new CatchUp.Item(stored, position)));
            CatchUp all = new CatchUp(spec, matchOf(spec), items, true, new Semaphore(0), true);
            return () -> session.catchUp(all);
        }
        return () -> retained.execute(session, wanted, () -> {
            Pieces pieces = new Pieces(session, spec, true, wanted, time);
            past.retained(spec.filter(), to, wanted, pieces::add);
            pieces.end();
        });
    }

    @Override
    public PastCodec.Running holdForHistory(BrokerSession session, FilterSpec spec) {
        PastCodec.Running running = new PastCodec.Running(spec, log.endPosition(), 0);
        session.beginCatchUp(running);
        return running;
    }

    @Override
    public void bring(BrokerSession session, PastCodec.Running running, BooleanSupplier wanted) {
        FilterSpec spec = running.spec();
        long done = running.doneSequence();
        blocking.execute(() -> {
            BooleanSupplier open = () -> wanted.getAsBoolean() && !blocking.isShutdown();
            Pieces pieces = new Pieces(session, spec, false, open, time);
            try {
                if (pieces.begin()) {
                    past.read(
                            spec.filter(),
                            beginning(spec.start(), done),
                            running.boundary(),
                            (stored, position) ->
                                    done > 0 && stored.sequence() <= done || pieces.add(stored, position));
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("replay of {} for session {} ended early: {}", spec.filter(), session.name(), e.toString());
            } finally {
                pieces.end();
            }
        });
    }

    /** What is settled need not be read again; which ones are the last is known from where the past ends. */
    private static StartPosition beginning(StartPosition asked, long done) {
        return switch (asked) {
            case StartPosition.All a when done > 0 -> new StartPosition.Sequence(done + 1);
            case StartPosition.Time t when done > 0 -> new StartPosition.Sequence(done + 1);
            case StartPosition.Sequence(long sequence) when done >= sequence -> new StartPosition.Sequence(done + 1);
            default -> asked;
        };
    }

    private static Match matchOf(FilterSpec spec) {
        return spec.subscriptionId() == 0 && !spec.retainAsPublished()
                ? Match.plain(spec.guarantee())
                : new Match(
                        spec.guarantee(),
                        spec.retainAsPublished(),
                        spec.subscriptionId() == 0 ? new int[0] : new int[] {spec.subscriptionId()});
    }

    /**
     * Gathers messages into pieces and waits for the session between them, so that at most one is on its way. What waits
     * for a session that is away holds nothing yet. One thread.
     */
    private static final class Pieces {
        private final BrokerSession session;
        private final FilterSpec spec;
        private final Match match;
        private final boolean retained;
        private final BooleanSupplier wanted;
        private final TimeSource time;
        private final double speed;
        private final Semaphore permits = new Semaphore(0);
        private List<CatchUp.Item> piece = new ArrayList<>(PIECE);
        private long pieceBytes;
        private long firstMillis;
        private long beganMillis;

        /** @param wanted false: the subscription is gone, and with it the interest in its past */
        Pieces(BrokerSession session, FilterSpec spec, boolean retained, BooleanSupplier wanted, TimeSource time) {
            this.session = session;
            this.spec = spec;
            this.match = matchOf(spec);
            this.retained = retained;
            this.wanted = wanted;
            this.time = time;
            this.speed = retained ? 0 : spec.replaySpeed();
        }

        /** Waits until somebody is connected. @return false: nobody wants it any more */
        boolean begin() {
            return sendAndWait();
        }

        /** @return false: no more of it */
        boolean add(StoredMessage stored, long position) {
            if (speed > 0 && !await(stored.timeMillis())) {
                return false;
            }
            piece.add(new CatchUp.Item(stored, position));
            pieceBytes += stored.message().sizeBytes();
            if (piece.size() >= PIECE || pieceBytes >= PIECE_BYTES || speed > 0) {
                return sendAndWait();
            }
            return true;
        }

        /**
         * By the broker's clock, looked at often enough to hear soon that nobody wants it any more. Measured from the
         * beginning, so that what delivery takes does not add up.
         */
        private boolean await(long storedMillis) {
            if (firstMillis == 0) {
                firstMillis = storedMillis;
                beganMillis = time.millis();
            }
            double dueMillis = beganMillis + (storedMillis - firstMillis) / speed;
            while (wanted.getAsBoolean()) {
                double left = dueMillis - time.millis();
                if (left <= 0) {
                    return true;
                }
                LockSupport.parkNanos((long) (Math.min(left, PACE_STEP_MILLIS) * 1_000_000));
            }
            return false;
        }

        /** Looks now and then whether anybody wants more: who left may stay away for ever. */
        private boolean sendAndWait() {
            send(false);
            try {
                while (wanted.getAsBoolean()) {
                    if (permits.tryAcquire(LOOK_SECONDS, TimeUnit.SECONDS)) {
                        return wanted.getAsBoolean();
                    }
                }
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
            return false;
        }

        private void send(boolean last) {
            session.catchUp(new CatchUp(spec, match, piece, retained, permits, last));
            piece = new ArrayList<>(PIECE);
            pieceBytes = 0;
        }

        void end() {
            send(true);
        }
    }
}
