package io.signalbox.testkit;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records the answers to many publishes, by their context numbers, and that each is answered once. Thread safe. */
public final class PublishRecorder implements PublishCallback {
    private final Duration patience;
    private final Map<Long, Receipt> receipts = new LinkedHashMap<>();
    private final Map<Long, Refusal> refusals = new LinkedHashMap<>();
    private final List<Long> answeredTwice = new ArrayList<>();

    public PublishRecorder(Duration patience) {
        this.patience = patience;
    }

    @Override
    public synchronized void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
        once(context);
        receipts.put(context, new Receipt(outcome, reached, sequence));
        notifyAll();
    }

    @Override
    public synchronized void refused(long context, Refusal refusal) {
        once(context);
        refusals.put(context, refusal);
        notifyAll();
    }

    private void once(long context) {
        if (receipts.containsKey(context) || refusals.containsKey(context)) {
            answeredTwice.add(context);
        }
    }

    /** Waits for so many answers in all; fails when one context was answered twice. */
    public synchronized void awaitAnswers(int count) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (receipts.size() + refusals.size() < count) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("of " + count + " publishes " + receipts.size() + " were acknowledged and "
                        + refusals.size() + " refused within " + patience + "; the others hang");
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for answers", e);
            }
        }
        if (!answeredTwice.isEmpty()) {
            throw new AssertionError("answered more than once: contexts " + answeredTwice);
        }
    }

    /** By context, in the order of the answers. */
    public synchronized Map<Long, Receipt> receipts() {
        return new LinkedHashMap<>(receipts);
    }

    public synchronized Map<Long, Refusal> refusals() {
        return new LinkedHashMap<>(refusals);
    }

    public synchronized @Nullable Receipt receipt(long context) {
        return receipts.get(context);
    }

    public synchronized @Nullable ReasonCode refusal(long context) {
        Refusal refusal = refusals.get(context);
        return refusal == null ? null : refusal.reason();
    }
}
