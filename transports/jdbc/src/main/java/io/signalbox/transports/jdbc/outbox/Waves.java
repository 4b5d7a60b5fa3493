package io.signalbox.transports.jdbc.outbox;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Transport;
import io.signalbox.transports.jdbc.outbox.OutboxRows.Row;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes rows in waves: of each aggregate one at a time, those of different aggregates side by side. What is refused
 * holds back the rest of its aggregate. All of a wave have the same time to be answered in. For one thread.
 */
final class Waves {
    /** Says something about the transport, and nothing about the message. */
    private static final Set<ReasonCode> AWAY =
            EnumSet.of(ReasonCode.BUSY, ReasonCode.SHUTTING_DOWN, ReasonCode.CLOSED);

    private static final int REASON_CHARS_MAX = 1_000;

    private final Transport target;
    private final OutboxMapping mapping;
    private final Duration answerWithin;
    private final List<Row> published = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();

    /** @param away the transport took nothing then, or did not answer: it may have nothing to do with the row */
    record Refused(Row row, String reason, boolean away) {}

    Waves(Transport target, OutboxMapping mapping, Duration answerWithin) {
        this.target = target;
        this.mapping = mapping;
        this.answerWithin = answerWithin;
    }

    List<Row> published() {
        return published;
    }

    List<Refused> refused() {
        return refused;
    }

    /** Was everything kept back for a reason that has nothing to do with the rows? */
    boolean isAway() {
        return published.isEmpty() && !refused.isEmpty() && refused.stream().allMatch(Refused::away);
    }

    /** @param untilNanos no wave begins after it */
    void send(List<Row> rows, long untilNanos) {
        Map<String, Deque<Row>> byAggregate = new LinkedHashMap<>();
        for (Row row : rows) {
            String aggregate = row.event().aggregateType() + '\0' + row.event().aggregateId();
            byAggregate.computeIfAbsent(aggregate, key -> new ArrayDeque<>()).add(row);
        }
        Collection<Deque<Row>> waiting = byAggregate.values();
        while (!waiting.isEmpty() && System.nanoTime() - untilNanos < 0) {
            Map<Deque<Row>, CompletableFuture<Receipt>> wave = new IdentityHashMap<>();
            waiting.forEach(ofOne -> wave.put(ofOne, publish(ofOne.getFirst().event())));
            await(wave.values());
            waiting.removeIf(ofOne -> {
                Refused why = refusal(ofOne.getFirst(), Objects.requireNonNull(wave.get(ofOne)));
                if (why == null) {
                    published.add(ofOne.removeFirst());
                    return ofOne.isEmpty();
                }
                refused.add(why);
                return true;
            });
        }
    }

    private CompletableFuture<Receipt> publish(OutboxEvent event) {
        try {
            return target.publish(mapping.map(event)).toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void await(Collection<CompletableFuture<Receipt>> answers) {
        try {
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .get(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return; // each of them says what became of it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Refused refusal(Row row, CompletableFuture<Receipt> answer) {
        return switch (answer.state()) {
            case SUCCESS -> null;
            case RUNNING, CANCELLED -> new Refused(row, "no answer within " + answerWithin, true);
            case FAILED -> refused(row, answer.exceptionNow());
        };
    }

    private static Refused refused(Row row, Throwable thrown) {
        Throwable why = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return why instanceof SignalboxException refusal
                ? new Refused(row, text(refusal.reason().code() + ": " + why.getMessage()), isAway(refusal))
                : new Refused(row, text(why.toString()), false);
    }

    private static boolean isAway(SignalboxException refusal) {
        return AWAY.contains(refusal.reason());
    }

    /** As a database takes it. */
    private static String text(String any) {
        return any.replace('\0', ' ').substring(0, Math.min(any.length(), REASON_CHARS_MAX));
    }
}
