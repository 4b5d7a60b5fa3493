package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What of an outbox is on its way, at most one message of each ordering key: what is not answered stays here from turn
 * to turn, and nothing but its key waits for it. Owned by the relay's turn.
 */
final class OutboxFlight {
    /** What was not answered by then is sent again. */
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    /** By ordering key, or by number for what has none. */
    private final Map<Object, Sent> sent = new LinkedHashMap<>();

    private record Sent(Outbox.Entry entry, Answer answer, long deadlineNanos) {}

    record Refused(Outbox.Entry entry, Refusal why) {}

    record Landed(List<Outbox.Entry> accepted, List<Refused> refused) {}

    /** What is on its way, as {@link OutboxPauses#of} says. */
    Collection<Object> all() {
        return sent.keySet();
    }

    /** Is one of its key? */
    boolean has(Outbox.Entry entry) {
        return sent.containsKey(OutboxPauses.of(entry));
    }

    /** Returns when all are answered, or the time is over. */
    void send(List<Outbox.Entry> entries, Transport transport, Scheduler scheduler, Duration atMost)
            throws InterruptedException {
        long deadline = scheduler.nanoTime() + ANSWER_WITHIN.toNanos();
        CompletableFuture<?>[] answers = new CompletableFuture<?>[entries.size()];
        for (int i = 0; i < answers.length; i++) {
            Outbox.Entry entry = entries.get(i);
            Answer answer = new Answer();
            sent.put(OutboxPauses.of(entry), new Sent(entry, answer, deadline));
            answers[i] = answer.ended;
            try {
                transport.publish(entry.message(), answer, 0);
            } catch (RuntimeException | Error broken) {
                answer.refused(0, new Refusal(ReasonCode.INTERNAL, "the transport failed: " + broken));
            }
        }
        scheduler.await(CompletableFuture.allOf(answers), atMost.toNanos());
    }

    /** Takes out what was answered, and that whose time is over. */
    Landed landed(long nowNanos) {
        Landed landed = new Landed(new ArrayList<>(), new ArrayList<>());
        for (Iterator<Sent> all = sent.values().iterator(); all.hasNext(); ) {
            Sent each = all.next();
            boolean answered = each.answer.ended.isDone();
            if (!answered && nowNanos - each.deadlineNanos < 0) {
                continue;
            }
            all.remove();
            Refusal why = answered
                    ? each.answer.refusal
                    : new Refusal(ReasonCode.INTERNAL, "no answer within " + ANSWER_WITHIN);
            if (why == null) {
                landed.accepted.add(each.entry);
            } else {
                landed.refused.add(new Refused(each.entry, why));
            }
        }
        return landed;
    }

    /** The first counts. */
    private static final class Answer implements PublishCallback {
        final CompletableFuture<Void> ended = new CompletableFuture<>();
        volatile @Nullable Refusal refusal;

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            ended.complete(null);
        }

        @Override
        public synchronized void refused(long context, Refusal why) {
            if (!ended.isDone()) {
                refusal = why;
                ended.complete(null);
            }
        }
    }
}
