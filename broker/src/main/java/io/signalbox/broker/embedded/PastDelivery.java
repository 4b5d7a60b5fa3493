package io.signalbox.broker.embedded;

import io.signalbox.broker.replay.Past;
import io.signalbox.broker.session.BrokerSession;
import io.signalbox.broker.session.CatchUp;
import io.signalbox.broker.session.SessionDirectory;
import io.signalbox.log.Log;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
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
    private static final long REPLAY_PAUSE_NANOS_MAX = 3_600_000_000_000L;

    private final Past past;
    private final Log log;
    private final Executor blocking;

    PastDelivery(Past past, Log log, Executor blocking) {
        this.past = past;
        this.log = log;
        this.blocking = blocking;
    }

    @Override
    public void retained(BrokerSession session, FilterSpec spec) {
        Match match = matchOf(spec);
        if (spec.filter().isExact()) {
            List<StoredMessage> found = past.retained(spec.filter());
            if (!found.isEmpty()) {
                session.beginCatchUp();
                session.catchUp(new CatchUp(match, found, true, new Semaphore(0), true));
            }
            return;
        }
        session.beginCatchUp();
        blocking.execute(() -> {
            Pieces pieces = new Pieces(session, match, true, 0);
            past.retained(spec.filter()).forEach(pieces::add);
            pieces.end();
        });
    }

    @Override
    public void history(BrokerSession session, FilterSpec spec) {
        long boundary = log.endPosition();
        session.beginCatchUp();
        blocking.execute(() -> {
            Pieces pieces = new Pieces(session, matchOf(spec), false, spec.replaySpeed());
            try {
                past.read(spec.filter(), spec.start(), boundary, pieces::add);
            } catch (IOException | RuntimeException e) {
                LOG.error("replay of {} for session {} ended early: {}", spec.filter(), session.name(), e.toString());
            } finally {
                pieces.end();
            }
        });
    }

    private static Match matchOf(FilterSpec spec) {
        return spec.subscriptionId() == 0 && !spec.retainAsPublished()
                ? Match.plain(spec.guarantee())
                : new Match(
                        spec.guarantee(),
                        spec.retainAsPublished(),
                        spec.subscriptionId() == 0 ? new int[0] : new int[] {spec.subscriptionId()});
    }

    /** Gathers messages into pieces and waits for the session between them. One thread. */
    private static final class Pieces {
        private final BrokerSession session;
        private final Match match;
        private final boolean retained;
        private final double speed;
        private final Semaphore permits = new Semaphore(4);
        private List<StoredMessage> piece = new ArrayList<>(PIECE);
        private long pieceBytes;
        private long lastMillis;

        Pieces(BrokerSession session, Match match, boolean retained, double speed) {
            this.session = session;
            this.match = match;
            this.retained = retained;
            this.speed = speed;
        }

        boolean add(StoredMessage stored) {
            if (speed > 0) {
                pace(stored.timeMillis());
            }
            piece.add(stored);
            pieceBytes += stored.message().sizeBytes();
            if (piece.size() >= PIECE || pieceBytes >= PIECE_BYTES || speed > 0) {
                send(false);
            }
            return true;
        }

        private void pace(long timeMillis) {
            if (lastMillis > 0 && timeMillis > lastMillis) {
                long nanos = (long) ((timeMillis - lastMillis) * 1_000_000L / speed);
                LockSupport.parkNanos(Math.min(nanos, REPLAY_PAUSE_NANOS_MAX));
            }
            lastMillis = timeMillis;
        }

        private void send(boolean last) {
            permits.acquireUninterruptibly();
            session.catchUp(new CatchUp(match, piece, retained, permits, last));
            piece = new ArrayList<>(PIECE);
            pieceBytes = 0;
        }

        void end() {
            permits.release();
            send(true);
        }
    }
}
