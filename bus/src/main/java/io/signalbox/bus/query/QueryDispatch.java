package io.signalbox.bus.query;

import io.signalbox.bus.context.Cancellation;
import io.signalbox.bus.context.Frame;
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
import io.signalbox.bus.session.SessionScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The front of this package: asks everybody, and waits for enough. */
public final class QueryDispatch {
    private final BusParts parts;
    private volatile boolean closed;

    public QueryDispatch(BusParts parts) {
        this.parts = parts;
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
            ask(entry, envelope, round.newCancellation(), round);
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
        List<HandlerEntry.OfQuery> here = closed ? List.of() : responders(query, envelope);
        to.asked(here.size());
        for (HandlerEntry.OfQuery entry : here) {
            Cancellation cancellation = new Cancellation();
            if (envelope.deadlineMillis() != 0) {
                long left = Math.max(
                        1, envelope.deadlineMillis() - parts.scheduler().nowMillis());
                parts.scheduler().schedule(() -> cancellation.cancel(Reason.EXPIRED), left * 1_000_000);
            }
            ask(entry, envelope, cancellation, to);
        }
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
        all.removeIf(entry -> {
            Filter filter = entry.options().filter();
            return filter != null && !filter.accepts(envelope);
        });
        return all;
    }

    private void ask(HandlerEntry.OfQuery entry, Envelope<?> envelope, Cancellation cancellation, Answering to) {
        @SuppressWarnings("unchecked") // the registry holds it under the class that it takes
        QueryFunction<Query<Object>, Object> function = (QueryFunction<Query<Object>, Object>) entry.function();
        @SuppressWarnings("unchecked")
        Query<Object> query = (Query<Object>) envelope.message();
        try {
            parts.scheduler().execute(() -> {
                if (!cancellation.enter()) {
                    return;
                }
                try {
                    Object answer = Frame.call(frame -> function.answer(query), envelope, cancellation);
                    to.answered(Objects.requireNonNull(answer, () -> entry.name() + " answered null"));
                } catch (Throwable error) {
                    to.failed(error);
                } finally {
                    cancellation.leave();
                }
            });
        } catch (RejectedExecutionException closing) {
            to.failed(closing);
        }
    }

    public void close() {
        closed = true;
    }
}
