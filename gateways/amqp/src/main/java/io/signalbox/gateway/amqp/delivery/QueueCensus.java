package io.signalbox.gateway.amqp.delivery;

import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.config.QueueBounds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which queues there are, so that they are not made without end: a name in a message is enough to make one, and each is a
 * durable session. Thread safe; nothing waits while its lock is held.
 */
public final class QueueCensus {
    /** Asks the transport which queues it has. May take long; called on a thread of its own. */
    @FunctionalInterface
    public interface Survey {
        /** For a transport that cannot say: only what was seen since the start is known. */
        Survey NONE = Set::of;

        /** Names of their sessions. */
        Set<String> queues();
    }

    private final QueueBounds bounds;
    private final Survey survey;
    private final Set<String> known = new HashSet<>();
    private final Map<String, Integer> madeByUser = new HashMap<>();

    /** While the transport is asked: what it may not have known yet. */
    private @Nullable Set<String> admittedMeanwhile;

    public QueueCensus(QueueBounds bounds, Survey survey) {
        this.bounds = bounds;
        this.survey = survey;
    }

    /** Before anybody comes: what the transport has now. */
    public void begin() {
        Set<String> found = survey.queues();
        synchronized (this) {
            known.addAll(found);
        }
    }

    synchronized boolean knows(String sessionName) {
        return known.contains(sessionName);
    }

    /**
     * A queue is about to be opened.
     *
     * @return true if it is new, and to be {@linkplain #forget forgotten} should that fail
     * @throws SignalboxException QUOTA_EXCEEDED
     */
    synchronized boolean admit(String sessionName, Principal maker) {
        if (known.contains(sessionName)) {
            return false;
        }
        if (known.size() >= bounds.queuesMax()) {
            look();
            throw new SignalboxException(
                    ReasonCode.QUOTA_EXCEEDED,
                    "there are " + known.size() + " queues, as many as amqp.queues-max allows; remove one that nobody"
                            + " needs");
        }
        int made = madeByUser.getOrDefault(maker.name(), 0);
        if (made >= bounds.queuesPerUserMax()) {
            throw new SignalboxException(
                    ReasonCode.QUOTA_EXCEEDED,
                    "this user has made " + made + " queues since the server started, as many as"
                            + " amqp.queues-per-user-max allows");
        }
        madeByUser.put(maker.name(), made + 1);
        known.add(sessionName);
        if (admittedMeanwhile != null) {
            admittedMeanwhile.add(sessionName);
        }
        return true;
    }

    /** It was {@linkplain #admit admitted} as new and did not come to be. */
    synchronized void abandon(String sessionName, Principal maker) {
        known.remove(sessionName);
        madeByUser.computeIfPresent(maker.name(), (name, made) -> made == 1 ? null : made - 1);
    }

    /** It is no more. */
    synchronized void forget(String sessionName) {
        known.remove(sessionName);
    }

    /** Some may have been removed while nobody was attached to them: whoever tries again finds room. */
    private void look() {
        if (admittedMeanwhile == null && survey != Survey.NONE) {
            admittedMeanwhile = new HashSet<>();
            Thread.ofVirtual().name("signalbox-amqp-queues").start(() -> {
                Set<String> found = null;
                try {
                    found = survey.queues();
                } finally {
                    looked(found);
                }
            });
        }
    }

    private synchronized void looked(@Nullable Set<String> found) {
        Set<String> meanwhile = admittedMeanwhile;
        admittedMeanwhile = null;
        if (found != null && meanwhile != null) {
            known.removeIf(name -> !found.contains(name) && !meanwhile.contains(name));
        }
    }
}
