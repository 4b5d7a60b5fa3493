package io.signalbox.configuration.bridge;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.bridge.FarSide;
import io.signalbox.transports.composite.strategy.Outage;
import io.signalbox.transports.composite.strategy.Stop;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A target and an archive that must have a message before it crosses. So what the archive refuses for good has not crossed
 * when it is rejected, and nothing has crossed that the archive does not have. Each side is tried until it has a message,
 * and not again after that.
 *
 * <p>Messages go to the target in the order in which they came, whatever the order of the archive's answers; once either
 * side refuses one for now, those behind it are refused too, until the bridge begins {@linkplain #again again}. The lock
 * guards all state and is never held while somebody is called; who refuses waits for what is just being sent.
 */
final class ArchiveFirst implements FarSide {
    private static final Logger LOGGER = LoggerFactory.getLogger(ArchiveFirst.class);

    private final Transport target;
    private final Transport archive;
    private final ArchiveSelection selection;
    private final Object lock = new Object();
    /** Between the archive and the target, oldest first; as many as the bridge's window at most. */
    private final Deque<Passenger> between = new ArrayDeque<>();

    private final Stop sends;
    private @Nullable Refusal stopped;
    private int round;
    private boolean advancing;

    ArchiveFirst(Transport target, Transport archive, ArchiveSelection selection) {
        this(target, archive, selection, new Stop());
    }

    ArchiveFirst(Transport target, Transport archive, ArchiveSelection selection, Stop sends) {
        this.target = target;
        this.archive = archive;
        this.selection = selection;
        this.sends = sends;
    }

    @Override
    public String name() {
        return target.name() + " and " + archive.name();
    }

    @Override
    public Passage passage(Message message) {
        return new Passenger(message, selection.copy(message));
    }

    /** Answers that are still to come are of no use but to tell that the archive has a message. */
    @Override
    public void again() {
        synchronized (lock) {
            stopped = null;
            between.clear();
            round++;
        }
        sends.end();
    }

    /** Not for a refusal of an earlier round, which comes too late. */
    private void stop(Refusal refusal, int ofRound) {
        if (Outage.isFinal(refusal.reason())) {
            return;
        }
        synchronized (lock) {
            if (ofRound != round) {
                return;
            }
            stopped = stopped == null ? refusal : stopped;
        }
        sends.begin();
    }

    /** Hands on what is at the front and has its answer; one thread at a time, so that the order stays. */
    private void advance() {
        synchronized (lock) {
            if (advancing) {
                return; // whoever advances looks again
            }
            advancing = true;
        }
        while (true) {
            Passenger next;
            Refusal why;
            synchronized (lock) {
                next = between.peekFirst();
                if (next == null || next.waiting) {
                    advancing = false;
                    return;
                }
                between.removeFirst();
                why = next.refusal == null ? stopped : next.refusal;
            }
            try {
                next.handOn(why);
            } catch (RuntimeException | Error e) {
                LOGGER.error("an answer about what crosses to {} failed", name(), e);
            }
        }
    }

    /** One message, from its first try to its last. Its fields are guarded by the lock. */
    private final class Passenger implements Passage, PublishCallback {
        private final Message message;
        private final @Nullable Message copy;
        private boolean archived;
        private boolean waiting;
        private int ofRound;
        private @Nullable Refusal refusal;
        private PublishCallback callback = PublishCallback.IGNORE;

        Passenger(Message message, @Nullable Message copy) {
            this.message = message;
            this.copy = copy;
            archived = copy == null;
        }

        @Override
        public void send(PublishCallback answer) {
            boolean ask;
            synchronized (lock) {
                callback = answer;
                ofRound = round;
                refusal = null;
                ask = !archived && stopped == null;
                waiting = ask;
                between.addLast(this);
            }
            if (ask && copy != null) {
                try {
                    archive.publish(copy, this, 0);
                } catch (RuntimeException | Error e) {
                    LOGGER.error("{} failed", archive.name(), e);
                    refused(0, new Refusal(ReasonCode.INTERNAL, "it failed: " + e));
                }
            } else {
                advance();
            }
        }

        /** The archive has it. */
        @Override
        public void published(long context, Outcome outcome, Durability reached, long sequence) {
            synchronized (lock) {
                archived = true;
                waiting = false;
            }
            advance();
        }

        /** The archive does not take it. */
        @Override
        public void refused(long context, Refusal why) {
            int of;
            synchronized (lock) {
                of = ofRound;
                if (waiting) {
                    waiting = false;
                    refusal = new Refusal(why.reason(), archive.name() + ": " + why.detail());
                }
            }
            stop(why, of);
            advance();
        }

        private void handOn(@Nullable Refusal why) {
            FromTarget answer;
            Refusal own;
            synchronized (lock) {
                answer = new FromTarget(callback, ofRound);
                own = refusal;
            }
            if (why != null && why == own) {
                answer.answer.refused(0, why);
            } else if (why == null && sends.unlessStopped(() -> publish(answer))) {
                answer.sent();
            } else {
                String before = why == null ? "" : ": " + why.detail();
                answer.answer.refused(0, new Refusal(ReasonCode.BUSY, "it waits behind one that was refused" + before));
            }
        }

        /** Whoever throws here must not keep the others from advancing. */
        private void publish(FromTarget fromTarget) {
            try {
                target.publish(message, fromTarget, 0);
            } catch (RuntimeException | Error e) {
                LOGGER.error("{} failed", target.name(), e);
                fromTarget.refused(0, new Refusal(ReasonCode.INTERNAL, target.name() + " failed: " + e));
            }
        }
    }

    /**
     * What is heard within the send, by its own thread, is told after it: who is told may stop the bridge, and wait for what
     * the bridge is just sending, which may wait for this send.
     */
    private final class FromTarget implements PublishCallback {
        private final PublishCallback answer;
        private final int ofRound;
        private final Thread sender = Thread.currentThread();
        /** The sender's alone. */
        private boolean sending = true;

        private @Nullable Runnable heard;

        FromTarget(PublishCallback answer, int ofRound) {
            this.answer = answer;
            this.ofRound = ofRound;
        }

        /** On the sender's thread, when the next may be sent. */
        void sent() {
            sending = false;
            if (heard != null) {
                heard.run();
            }
        }

        private void tell(Runnable told) {
            if (Thread.currentThread() != sender || !sending) {
                told.run();
            } else if (heard == null) {
                heard = told; // the first answer is the answer
            }
        }

        @Override
        public void published(long context, Outcome outcome, Durability reached, long sequence) {
            tell(() -> answer.published(context, outcome, reached, sequence));
        }

        @Override
        public void refused(long context, Refusal refusal) {
            stop(refusal, ofRound);
            tell(() -> answer.refused(context, refusal));
        }
    }
}
