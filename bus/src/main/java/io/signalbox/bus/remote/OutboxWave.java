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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What of an outbox may be on its way together: at most one message of each ordering key. Owned by the relay's turn. */
final class OutboxWave {
    /** They say something of the transport, and nothing of a message. */
    private static final Set<ReasonCode> AWAY = Set.of(ReasonCode.BUSY, ReasonCode.SHUTTING_DOWN, ReasonCode.CLOSED);

    /** What was not answered by then is sent again. For the whole wave. */
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final List<Sent> sent = new ArrayList<>();
    /** Of keys that have one on its way. */
    private final List<Outbox.Entry> behind = new ArrayList<>();

    private final List<Outbox.Entry> accepted = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();

    private record Sent(Outbox.Entry entry, Answer answer) {}

    record Refused(Outbox.Entry entry, Refusal why) {}

    /** @param held are left out */
    OutboxWave(List<Outbox.Entry> entries, Predicate<Outbox.Entry> held) {
        Set<String> keys = new HashSet<>();
        for (Outbox.Entry entry : entries) {
            String key = entry.key();
            if (held.test(entry)) {
                continue;
            }
            if (key == null || keys.add(key)) {
                sent.add(new Sent(entry, new Answer()));
            } else {
                behind.add(entry);
            }
        }
    }

    boolean isEmpty() {
        return sent.isEmpty();
    }

    /** Returns when all are answered, or their time is over. */
    void send(Transport transport, Scheduler scheduler) throws InterruptedException {
        long deadline = scheduler.nanoTime() + ANSWER_WITHIN.toNanos();
        for (Sent each : sent) {
            try {
                transport.publish(each.entry.message(), each.answer, 0);
            } catch (RuntimeException | Error broken) {
                each.answer.refused(0, new Refusal(ReasonCode.INTERNAL, "the transport failed: " + broken));
            }
        }
        for (Sent each : sent) {
            boolean answered = scheduler.await(each.answer.ended, Math.max(0, deadline - scheduler.nanoTime()));
            Refusal why = answered
                    ? each.answer.refusal
                    : new Refusal(ReasonCode.INTERNAL, "no answer within " + ANSWER_WITHIN);
            if (why == null) {
                accepted.add(each.entry);
            } else {
                refused.add(new Refused(each.entry, why));
            }
        }
    }

    List<Outbox.Entry> accepted() {
        return accepted;
    }

    List<Refused> refused() {
        return refused;
    }

    /** Nothing at all was taken, for reasons of the transport's own. */
    boolean isTransportAway() {
        return accepted.isEmpty()
                && !refused.isEmpty()
                && refused.stream().allMatch(each -> AWAY.contains(each.why.reason()));
    }

    /** What may be sent now that those before it are answered; whoever sends it leaves out keys that are held by now. */
    List<Outbox.Entry> behind() {
        return behind;
    }

    private static final class Answer implements PublishCallback {
        final CompletableFuture<Void> ended = new CompletableFuture<>();
        volatile @Nullable Refusal refusal;

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            ended.complete(null);
        }

        @Override
        public void refused(long context, Refusal why) {
            refusal = why;
            ended.complete(null);
        }
    }
}
