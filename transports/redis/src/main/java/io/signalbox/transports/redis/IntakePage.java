package io.signalbox.transports.redis;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** What became of the entries of one page that were published together. Answers may come on any thread. */
final class IntakePage implements PublishCallback {
    private final StreamPage read;
    private final List<Outgoing> sent = new ArrayList<>();
    private final Runnable whenAnswered;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger published = new AtomicInteger();
    private AtomicReferenceArray<@Nullable Refusal> refusals = new AtomicReferenceArray<>(0);

    /** @param whenAnswered run once, by whoever answers last */
    IntakePage(StreamPage read, Runnable whenAnswered) {
        this.read = read;
        this.whenAnswered = whenAnswered;
    }

    StreamPage read() {
        return read;
    }

    /** Its context is its place. */
    void add(Outgoing out) {
        sent.add(out);
    }

    int size() {
        return sent.size();
    }

    /** Nothing is added any more. */
    List<Outgoing> seal() {
        refusals = new AtomicReferenceArray<>(sent.size());
        open.set(sent.size());
        return List.copyOf(sent);
    }

    @Override
    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
        if (sequence > 0) { // or another node was first
            published.incrementAndGet();
        }
        answered();
    }

    @Override
    public void refused(long context, Refusal refusal) {
        refusals.set((int) context, refusal);
        answered();
    }

    private void answered() {
        if (open.decrementAndGet() == 0) {
            whenAnswered.run();
        }
    }

    int published() {
        return published.get();
    }

    /** Null if it was published. */
    @Nullable
    Refusal refusal(int index) {
        return refusals.get(index);
    }

    Message message(int index) {
        return sent.get(index).message();
    }

    String id(int index) {
        return sent.get(index).intakeId();
    }

    /** The script failed over one of them, and which is not known. */
    boolean failedTogether() {
        Refusal first = sent.size() > 1 ? refusal(0) : null;
        return first != null && first.reason() == ReasonCode.STORAGE_FAILED;
    }
}
