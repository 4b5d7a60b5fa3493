package io.signalbox.broker.session;

import io.signalbox.broker.record.PastCodec;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.record.RecordWriter;
import io.signalbox.broker.record.SessionCodec;
import io.signalbox.broker.record.SpecCodec;
import io.signalbox.broker.routing.Router;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who has a session, and what each is subscribed to. Changed on the journal's thread alone, so that the log has the
 * changes and the messages in the order in which they took effect; read from anywhere.
 */
public final class SessionDirectory {
    private final SessionHost host;
    private final Notes notes;
    private final Router router;
    private final PastReader past;
    private final Map<String, Registered> byName = new ConcurrentHashMap<>();
    private final Map<Long, Registered> byId = new ConcurrentHashMap<>();
    private long lastId;
    private long lastAttach;

    /** Appends records. */
    public interface Notes {
        /** @param durable runs once the record is on disk; null: nobody waits */
        void note(int type, byte[] payload, @Nullable Runnable durable);
    }

    /** Brings the past of a new subscription into its session. */
    public interface PastReader {
        /**
         * Holds the live stream back from here on.
         *
         * @param wanted false once the subscription is gone or replaced; any thread
         * @return brings the retained messages, and then the live stream
         */
        Runnable holdForRetained(BrokerSession session, FilterSpec spec, BooleanSupplier wanted);

        /**
         * Holds the live stream back from here on.
         *
         * @return the past to bring, and to go on with after a restart
         */
        PastCodec.Running holdForHistory(BrokerSession session, FilterSpec spec);

        /** Brings that past, or the rest of it, and then the live stream. */
        void bring(BrokerSession session, PastCodec.Running past, BooleanSupplier wanted);
    }

    public SessionDirectory(SessionHost host, Notes notes, Router router, PastReader past, long lastId) {
        this.host = host;
        this.notes = notes;
        this.router = router;
        this.past = past;
        this.lastId = lastId;
    }

    public Collection<Registered> all() {
        return byName.values();
    }

    public @Nullable Registered find(String name) {
        return byName.get(name);
    }

    /** By name; null: there is none. */
    public @Nullable BrokerSession sessionOf(String name) {
        Registered registered = byName.get(name);
        return registered == null ? null : registered.session();
    }

    /** What recovery found. Before the journal starts. */
    public void restore(BrokerSession session, Collection<FilterSpec> specs) {
        Registered registered = register(session);
        for (FilterSpec spec : specs) {
            router.add(session, spec, null);
            registered.put(target(spec), spec);
        }
        registered.publish();
    }

    /** Goes on with the pasts that a restart interrupted. Once all is restored. */
    public void resume(BrokerSession session, Collection<PastCodec.Running> pasts) {
        Registered registered = byId.get(session.id());
        for (PastCodec.Running running : pasts) {
            FilterSpec spec = registered == null
                    ? null
                    : registered.get(new Session.Target(running.spec().filter(), null));
            BooleanSupplier wanted = registered == null || spec == null ? () -> false : () -> registered.inForce(spec);
            past.bring(session, running, wanted);
        }
    }

    private Registered register(BrokerSession session) {
        Registered registered = new Registered(session);
        byName.put(session.name(), registered);
        byId.put(session.id(), registered);
        return registered;
    }

    static Session.Target target(FilterSpec spec) {
        return new Session.Target(spec.filter(), spec.shareGroup());
    }

    // ---- on the journal's thread

    public void open(SessionOptions options, Lane lane, Subscriber subscriber, CompletableFuture<Session> opening) {
        Registered known = byName.get(options.name());
        if (known != null && !samePrincipal(known.session().options(), options)) {
            refuse(
                    opening,
                    ReasonCode.NOT_AUTHORIZED,
                    "session '" + options.name() + "' belongs to another user; choose another client id");
            return;
        }
        boolean resumed = known != null && known.session().durable() && !options.cleanStart();
        Refusal noStorage = resumed || !options.durable() ? null : host.storageRefusal();
        if (noStorage != null) {
            refuse(opening, noStorage.reason(), noStorage.detail());
            return;
        }
        if (known != null && !resumed) {
            remove(known, DetachReason.TAKEN_OVER, null);
        }
        if (!resumed && byName.size() >= host.config().sessionsMax()) {
            refuse(
                    opening,
                    ReasonCode.SESSION_LIMIT,
                    "there are " + byName.size() + " sessions; the limit is "
                            + host.config().sessionsMax());
            return;
        }
        BrokerSession session = resumed && known != null
                ? known.session()
                : register(new BrokerSession(++lastId, options, host)).session();
        long number = ++lastAttach;
        Runnable attach = () -> session.attach(number, options, lane, subscriber, resumed, opening);
        if (session.durable() && host.storageRefusal() == null) {
            notes.note(RecordType.SESSION, sessionRecord(session.id(), options), attach);
            return;
        }
        if (session.durable()) {
            // The log knows the session, and keeps the record until the disk takes it: what is queued can be read.
            notes.note(RecordType.SESSION, sessionRecord(session.id(), options), null);
        }
        attach.run();
    }

    private static boolean samePrincipal(SessionOptions known, SessionOptions opened) {
        return known.principal().name().equals(opened.principal().name())
                && known.principal().anonymous() == opened.principal().anonymous();
    }

    private static void refuse(CompletableFuture<Session> opening, ReasonCode reason, String detail) {
        opening.completeExceptionally(new SignalboxException(reason, detail));
    }

    private static byte[] sessionRecord(long id, SessionOptions options) {
        RecordWriter out = new RecordWriter().varint(id);
        SessionCodec.write(out, options);
        return out.copy();
    }

    /** The session's options changed while it was open. */
    public void optionsChanged(BrokerSession session) {
        if (session.durable() && byId.containsKey(session.id())) {
            notes.note(RecordType.SESSION, sessionRecord(session.id(), session.options()), null);
        }
    }

    public void subscribe(
            BrokerSession session, List<FilterSpec> specs, CompletableFuture<List<@Nullable Refusal>> done) {
        Registered registered = byId.get(session.id());
        if (registered == null) {
            done.completeExceptionally(
                    new SignalboxException(ReasonCode.CLOSED, "session '" + session.name() + "' has ended"));
            return;
        }
        Refusal noStorage = session.durable() ? host.storageRefusal() : null;
        if (noStorage != null) {
            done.complete(specs.stream().map(spec -> noStorage).toList());
            return;
        }
        List<@Nullable Refusal> results = new ArrayList<>(specs.size());
        List<FilterSpec> added = new ArrayList<>(specs.size());
        Pasts pasts = new Pasts();
        for (FilterSpec spec : specs) {
            Refusal refusal = add(registered, spec, pasts);
            results.add(refusal);
            if (refusal == null) {
                added.add(spec);
            }
        }
        registered.publish();
        if (session.durable() && !added.isEmpty()) {
            RecordWriter out = new RecordWriter().varint(session.id()).varint(added.size());
            added.forEach(spec -> SpecCodec.write(out, spec));
            pasts.bring(); // at once: a disk that fails must not hold them up
            notes.note(RecordType.SUBSCRIBED, out.copy(), () -> done.complete(results));
            for (PastCodec.Running running : pasts.logged) {
                RecordWriter past = new RecordWriter().varint(session.id());
                PastCodec.write(past, running);
                notes.note(RecordType.PAST, past.copy(), null);
            }
        } else {
            // In this order: who subscribes hears of that before it gets what was.
            done.complete(results);
            if (!pasts.bringing.isEmpty()) {
                session.afterAnswers(pasts::bring);
            }
        }
    }

    /** What one request's subscriptions want of the past. The live stream is held back already. */
    private static final class Pasts {
        private final List<PastCodec.Running> logged = new ArrayList<>(0);
        private final List<Runnable> bringing = new ArrayList<>(0);

        void bring() {
            bringing.forEach(Runnable::run);
        }
    }

    private @Nullable Refusal add(Registered registered, FilterSpec spec, Pasts pasts) {
        Session.Target target = target(spec);
        FilterSpec replaced = registered.get(target);
        Refusal refusal = SubscriptionRules.refusal(
                registered, spec, replaced == null, host.config().subscriptionsPerSessionMax());
        if (refusal != null) {
            return refusal;
        }
        BooleanSupplier wanted = () -> registered.inForce(spec);
        // Before it is routed to: what comes live from then on waits, and is known if the past has it too.
        if (SubscriptionRules.wantsPast(spec)) {
            PastCodec.Running running = past.holdForHistory(registered.session(), spec);
            pasts.logged.add(running);
            pasts.bringing.add(() -> past.bring(registered.session(), running, wanted));
        } else if (spec.shareGroup() == null
                && (spec.retained() == FilterSpec.RetainedDelivery.SEND
                        || (spec.retained() == FilterSpec.RetainedDelivery.SEND_IF_NEW && replaced == null))) {
            pasts.bringing.add(past.holdForRetained(registered.session(), spec, wanted));
        }
        router.add(registered.session(), spec, replaced);
        registered.put(target, spec);
        return null;
    }

    public void unsubscribe(
            BrokerSession session, List<Session.Target> targets, CompletableFuture<List<Boolean>> done) {
        Registered registered = byId.get(session.id());
        if (registered == null) {
            done.complete(targets.stream().map(t -> false).toList());
            return;
        }
        List<Boolean> results = new ArrayList<>(targets.size());
        RecordWriter out = new RecordWriter();
        int removed = 0;
        for (Session.Target target : targets) {
            FilterSpec spec = registered.remove(target);
            results.add(spec != null);
            if (spec != null) {
                router.remove(session, spec);
                SpecCodec.writeTarget(out, target);
                removed++;
            }
        }
        registered.publish();
        if (session.durable() && removed > 0) {
            byte[] record = new RecordWriter()
                    .varint(session.id())
                    .varint(removed)
                    .raw(out.array(), 0, out.length())
                    .copy();
            notes.note(RecordType.UNSUBSCRIBED, record, () -> done.complete(results));
        } else {
            done.complete(results);
        }
    }

    /** @param done completes when that is durable; null: nobody waits */
    public void remove(BrokerSession session, DetachReason reason, @Nullable CompletableFuture<Void> done) {
        Registered registered = byId.get(session.id());
        if (registered == null) {
            if (done != null) {
                done.complete(null);
            }
            return;
        }
        remove(registered, reason, done == null ? null : () -> done.complete(null));
    }

    /**
     * The log hears of it at once, or, of a member of share groups, when its messages have gone to others: it must not
     * say that a session is gone before it says who has what was owed to it.
     *
     * @param durable runs when the log has it; null: nobody waits
     */
    private void remove(Registered registered, DetachReason reason, @Nullable Runnable durable) {
        BrokerSession session = registered.session();
        registered.specs().forEach(spec -> router.remove(session, spec));
        registered.end();
        byName.remove(session.name(), registered);
        byId.remove(session.id());
        Runnable logged = () -> noteRemoved(session, durable);
        if (registered.shares()) {
            session.close(reason, logged);
        } else {
            session.close(reason, () -> {});
            logged.run();
        }
    }

    private void noteRemoved(BrokerSession session, @Nullable Runnable durable) {
        if (session.durable()) {
            notes.note(
                    RecordType.SESSION_REMOVED,
                    new RecordWriter().varint(session.id()).copy(),
                    durable);
        } else if (durable != null) {
            durable.run();
        }
    }

    /** Lowest log position that any queue needs; {@link Long#MAX_VALUE}: none. */
    public long lowestPosition() {
        long lowest = Long.MAX_VALUE;
        for (Registered registered : byId.values()) {
            lowest = Math.min(lowest, registered.session().floor().lowest());
        }
        return lowest;
    }
}
