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
import io.signalbox.bus.parts.BusParts;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.registry.Registry;
import io.signalbox.bus.session.SessionScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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
        Envelope<Query<R>> envelope = new Envelope<>(query, now, meta);
        List<HandlerEntry.OfQuery> asked = closed ? List.of() : responders(query, envelope);
        Round<R> round = new Round<>(asked.size(), gather.quorum());
        for (HandlerEntry.OfQuery entry : asked) {
            ask(entry, envelope, round);
        }
        try {
            parts.scheduler().await(round.enough, gather.timeout().toNanos());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return round.end();
    }

    private List<HandlerEntry.OfQuery> responders(Query<?> query, Envelope<?> envelope) {
        List<HandlerEntry.OfQuery> all = new ArrayList<>();
        SessionScope scope = (SessionScope) envelope.meta().session();
        for (SessionScope at = scope; at != null; at = at.parent()) {
            Registry own = at.registryIfAny();
            if (own != null) {
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

    private <R> void ask(HandlerEntry.OfQuery entry, Envelope<Query<R>> envelope, Round<R> round) {
        @SuppressWarnings("unchecked") // the registry holds it under the class that it takes
        QueryFunction<Query<R>, R> function = (QueryFunction<Query<R>, R>) entry.function();
        Cancellation cancellation = round.newCancellation();
        try {
            parts.scheduler().execute(() -> {
                if (!cancellation.enter()) {
                    return;
                }
                try {
                    @SuppressWarnings("unchecked")
                    R answer = (R) Frame.call(frame -> function.answer(envelope.message()), envelope, cancellation);
                    round.answered(Objects.requireNonNull(answer, () -> entry.name() + " answered null"));
                } catch (Throwable error) {
                    round.failed(error);
                } finally {
                    cancellation.leave();
                }
            });
        } catch (RejectedExecutionException closing) {
            round.failed(closing);
        }
    }

    public void close() {
        closed = true;
    }

    /** One question and its answers. Guarded by itself. */
    private static final class Round<R> {
        private final int asked;
        private final int quorum;
        private final CompletableFuture<Void> enough = new CompletableFuture<>();
        private final List<R> answers = new ArrayList<>();
        private final List<Throwable> errors = new ArrayList<>();
        private final List<Cancellation> cancellations = new ArrayList<>();
        private boolean ended;

        Round(int asked, int quorum) {
            this.asked = asked;
            this.quorum = quorum == Integer.MAX_VALUE ? Math.max(1, asked) : quorum;
            if (asked == 0) {
                enough.complete(null);
            }
        }

        synchronized Cancellation newCancellation() {
            Cancellation made = new Cancellation();
            cancellations.add(made);
            return made;
        }

        synchronized void answered(R answer) {
            if (!ended) {
                answers.add(answer);
                lookWhetherEnough();
            }
        }

        synchronized void failed(Throwable error) {
            if (!ended) {
                errors.add(error);
                lookWhetherEnough();
            }
        }

        /** Enough answers, or nobody left to wait for. */
        private void lookWhetherEnough() {
            if (answers.size() >= quorum || answers.size() + errors.size() == asked) {
                enough.complete(null);
            }
        }

        /** Whoever is still at it need not go on. */
        Answers<R> end() {
            List<Cancellation> late;
            Answers<R> result;
            synchronized (this) {
                ended = true;
                late = List.copyOf(cancellations);
                result = new Answers<>(
                        asked, List.copyOf(answers), List.copyOf(errors), asked > 0 && answers.size() >= quorum);
            }
            late.forEach(each -> each.cancel(Reason.CANCELLED));
            return result;
        }
    }
}
