package io.signalbox.bus.query;

import io.signalbox.bus.context.Cancellation;
import io.signalbox.bus.context.Frame;
import io.signalbox.bus.dispatch.EventDispatch;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.handler.QueryFunction;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.Query;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.parts.Answering;
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.parts.Outbound;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.registry.Registry;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.bus.session.SessionScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The front of this package: asks everybody, and waits for enough. */
public final class QueryDispatch {
    private static final Runnable NOTHING = () -> {};

    private final BusParts parts;
    private final EventDispatch events;
    private volatile boolean closed;

    /** @param events where failures are reported */
    public QueryDispatch(BusParts parts, EventDispatch events) {
        this.parts = parts;
        this.events = events;
    }

    public <R> Answers<R> gather(Query<R> query, Gather gather, SendOptions options, @Nullable SessionScope session) {
        Frame frame = Frame.current();
        long now = parts.scheduler().nowMillis();
        SendOptions limited = options.timeout() == null ? options.withTimeout(gather.timeout()) : options;
        Meta meta = Meta.of(parts.stamped(limited), frame == null ? null : frame.envelope(), session, now);
        Envelope<Query<R>> envelope = parts.envelope(query, now, meta);
        List<HandlerEntry.OfQuery> here = closed ? List.of() : responders(query, envelope);
        Outbound outbound = closed ? null : parts.outbound();
        boolean travels = outbound != null && outbound.carries(query.getClass());
        Round<R> round = new Round<>(here.size(), gather.quorum(), travels);
        Runnable stopListening = travels && outbound != null ? outbound.ask(envelope, round) : () -> {};
        for (HandlerEntry.OfQuery entry : here) {
            ask(entry, envelope, round.newCancellation(), round, NOTHING);
        }
        try {
            parts.scheduler().await(round.enough, gather.timeout().toNanos());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        Answers<R> answers = round.end();
        stopListening.run();
        return answers;
    }

    /** A query of another process. */
    public void answerArrived(Envelope<?> envelope, Answering to) {
        Query<?> query = (Query<?>) envelope.message();
        boolean late = closed || envelope.isExpired(parts.scheduler().nowMillis());
        List<HandlerEntry.OfQuery> here = late ? List.of() : responders(query, envelope);
        to.asked(here.size());
        List<Cancellation> cancellations =
                here.stream().map(entry -> new Cancellation()).toList();
        Runnable ended = limit(envelope, cancellations);
        for (int i = 0; i < here.size(); i++) {
            ask(here.get(i), envelope, cancellations.get(i), to, ended);
        }
    }

    /** One timer for all of them. @return to be run as each ends; the last one takes the timer back */
    private Runnable limit(Envelope<?> envelope, List<Cancellation> cancellations) {
        if (envelope.deadlineMillis() == 0 || cancellations.isEmpty()) {
            return NOTHING;
        }
        long left = Math.max(1, envelope.deadlineMillis() - parts.scheduler().nowMillis());
        Scheduler.Timer timer;
        try {
            timer = parts.scheduler()
                    .schedule(() -> cancellations.forEach(each -> each.cancel(Reason.EXPIRED)), left * 1_000_000);
        } catch (RejectedExecutionException closing) {
            return NOTHING;
        }
        AtomicInteger running = new AtomicInteger(cancellations.size());
        return () -> {
            if (running.decrementAndGet() == 0) {
                timer.cancel();
            }
        };
    }

    private List<HandlerEntry.OfQuery> responders(Query<?> query, Envelope<?> envelope) {
        List<HandlerEntry.OfQuery> all = new ArrayList<>();
        SessionScope scope = (SessionScope) envelope.meta().session();
        if (scope != null) {
            for (Registry own : scope.registries()) {
                all.addAll(own.queries(query.getClass()));
            }
        }
        all.addAll(parts.registry().queries(query.getClass()));
        all.removeIf(entry -> !passes(entry, envelope));
        return all;
    }

    /** What a filter that throws was asked about does not pass. */
    private boolean passes(HandlerEntry.OfQuery entry, Envelope<?> envelope) {
        Filter filter = entry.options().filter();
        try {
            return filter == null || filter.accepts(envelope);
        } catch (Throwable broken) {
            events.report(envelope, entry.name(), broken, 1);
            return false;
        }
    }

    private void ask(
            HandlerEntry.OfQuery entry, Envelope<?> envelope, Cancellation cancellation, Answering to, Runnable ended) {
        @SuppressWarnings("unchecked") // the registry holds it under the class that it takes
        QueryFunction<Query<Object>, Object> function = (QueryFunction<Query<Object>, Object>) entry.function();
        @SuppressWarnings("unchecked")
        Query<Object> query = (Query<Object>) envelope.message();
        try {
            parts.scheduler().execute(() -> {
                if (!cancellation.enter()) {
                    ended.run();
                    return;
                }
                try {
                    Object answer = Frame.call(frame -> function.answer(query), envelope, cancellation);
                    to.answered(Objects.requireNonNull(answer, () -> entry.name() + " answered null"));
                } catch (Throwable error) {
                    to.failed(error);
                } finally {
                    cancellation.leave();
                    ended.run();
                }
            });
        } catch (RejectedExecutionException closing) {
            to.failed(closing);
            ended.run();
        }
    }

    public void close() {
        closed = true;
    }
}
