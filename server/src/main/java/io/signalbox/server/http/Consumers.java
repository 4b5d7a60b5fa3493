package io.signalbox.server.http;

import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.server.config.HttpConfig;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber.DetachReason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The consumers that are attached at this server. Thread safe. */
final class Consumers {
    private static final int DOORS = 64;

    private final Sessions sessions;
    private final Semaphore places;
    private final HttpConfig config;
    private final Map<Key, Attached> attached = new ConcurrentHashMap<>();
    private final Lock[] doors = new Lock[DOORS];

    Consumers(Sessions sessions, HttpConfig config) {
        this.sessions = sessions;
        this.config = config;
        this.places = new Semaphore(config.consumersMax());
        Arrays.setAll(doors, i -> new ReentrantLock());
    }

    /** Another user's consumer of the same name is another one here, and refused by the transport. */
    record Key(Principal principal, String name) {
        String sessionName() {
            return "http:" + name;
        }
    }

    /**
     * How a session is held.
     *
     * @param credit deliveries that may be unsettled
     */
    record Terms(Duration expiry, Duration ackTimeout, int credit) {
        SessionOptions options(Key key) {
            return SessionOptions.durableSession(key.sessionName())
                    .withPrincipal(key.principal())
                    .withExpiry(expiry)
                    .withAckTimeout(ackTimeout)
                    .withUnsettledMax(credit);
        }
    }

    private record Attached(Consumer consumer, Session session, Terms terms) {}

    /** Attaches it if it is not, and subscribes. @return whether there was such a session */
    boolean open(Key key, Terms terms, List<FilterSpec> filters) throws Exception {
        Lock one = doors[Math.floorMod(key.hashCode(), DOORS)];
        one.lockInterruptibly(); // two at once would take the session from each other
        try {
            return openAlone(key, terms, filters);
        } finally {
            one.unlock();
        }
    }

    private boolean openAlone(Key key, Terms terms, List<FilterSpec> filters) throws Exception {
        Attached known = attached.get(key);
        boolean goesOn = known != null && known.consumer.ended() == null && known.terms.equals(terms);
        Attached open = goesOn && known != null ? known : attach(key, terms);
        for (Refusal refusal : Stages.await(open.session.subscribe(filters))) {
            if (refusal != null) {
                throw refusal.toException();
            }
        }
        return goesOn || open.session.resumed();
    }

    private Attached attach(Key key, Terms terms) throws Exception {
        if (!places.tryAcquire()) {
            throw new SignalboxException(
                    ReasonCode.BUSY, "as many consumers are attached as http.consumers-max allows; try later");
        }
        Consumer consumer = new Consumer();
        Session session;
        try {
            session = sessions.open(terms.options(key), consumer, consumer::opened);
        } catch (Exception e) {
            places.release();
            throw e;
        }
        Attached now = new Attached(consumer, session, terms);
        attached.put(key, now);
        Thread.ofVirtual().name("signalbox-consumer-", 0).start(() -> keep(key, now));
        return now;
    }

    /** Until it is not used any more: a session that nobody polls must not look as if somebody were there. */
    private void keep(Key key, Attached one) {
        try {
            if (one.consumer.awaitIdle(config.consumerIdleTimeout().toNanos())) {
                one.consumer.leave();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            attached.remove(key, one);
            places.release();
        }
    }

    /** @throws SignalboxException SESSION_NOT_FOUND if it is not attached */
    Consumer find(Key key) {
        Attached known = attached.get(key);
        DetachReason ended = known == null ? DetachReason.REMOVED : known.consumer.ended();
        if (known == null || ended != null) {
            throw gone(key, ended);
        }
        return known.consumer;
    }

    static SignalboxException gone(Key key, @Nullable DetachReason reason) {
        String name = "consumer '" + key.name() + "'";
        return switch (reason == null ? DetachReason.REMOVED : reason) {
            case TAKEN_OVER ->
                new SignalboxException(
                        ReasonCode.SESSION_TAKEN_OVER,
                        name + " is attached elsewhere now; PUT it again to have it here");
            case REVOKED -> new SignalboxException(ReasonCode.NOT_AUTHORIZED, name + " lost the right to be here");
            case SHUTTING_DOWN -> new SignalboxException(ReasonCode.SHUTTING_DOWN, "the server is shutting down");
            case REMOVED ->
                new SignalboxException(
                        ReasonCode.SESSION_NOT_FOUND,
                        name + " is not attached, since nobody polled for a while or it was never made; PUT it (again),"
                                + " then poll");
        };
    }

    /** Ends the session for good. @return false: there was none */
    boolean remove(Key key) throws Exception {
        Consumer nobody = new Consumer();
        Terms any = new Terms(SessionOptions.NEVER, Duration.ZERO, 1);
        Session session = sessions.open(any.options(key), nobody, nobody::opened);
        Stages.await(session.remove());
        return session.resumed();
    }
}
