package io.signalbox.gateway.mqtt.publish;

import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where the transport's threads leave answers for a connection's loop. The loop is woken once for a batch, and nothing
 * is allocated for an answer. Bounded by the number of publishes that wait, which its owner bounds.
 *
 * <p>The lock guards two array operations; nobody waits on anything while holding it.
 */
final class AckInbox implements PublishCallback, Runnable {
    private static final int SLOTS_MIN = 16;
    private static final int SLOTS_KEPT_MAX = 1_024;
    private static final long[] NONE = {};

    /** Takes the answers on the loop. */
    interface Reader {
        /** @param receipt {@link #NO_RECEIPT} where none is kept, else what {@link #durability} and {@link #sequence} read */
        void onPublished(long context, Receipt.Outcome outcome, long receipt);

        void onRefused(long context, Refusal refusal);

        void onDrained();
    }

    private record Refused(long context, Refusal refusal) {}

    /** No receipt: a sequence is not negative. */
    static final long NO_RECEIPT = -1;

    /** A receipt is the sequence, and below it the durability. */
    private static final int DURABILITY_BITS = 3;

    private static final Durability[] DURABILITIES = Durability.values();

    /** Contexts leave the top two bits free. */
    static final int OUTCOME_SHIFT = 62;

    private static final Receipt.Outcome[] OUTCOMES = Receipt.Outcome.values();

    private final Executor loop;
    private final Reader reader;

    /** Numbers kept of each answer: 1, or 2 with receipts. */
    private final int stride;

    private long[] filling = NONE;
    private int count;
    private @Nullable List<Refused> refused;
    private boolean scheduled;

    /** The loop's alone: the array of the turn before, for reuse. */
    private long[] spare = NONE;

    AckInbox(Executor loop, Reader reader, boolean receipts) {
        this.loop = loop;
        this.reader = reader;
        this.stride = receipts ? 2 : 1;
    }

    static Durability durability(long receipt) {
        return DURABILITIES[(int) receipt & (1 << DURABILITY_BITS) - 1];
    }

    static long sequence(long receipt) {
        return receipt >> DURABILITY_BITS;
    }

    @Override
    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
        boolean wake;
        synchronized (this) {
            if (count == filling.length) {
                long[] more = new long[Math.max(SLOTS_MIN, count * 2)];
                System.arraycopy(filling, 0, more, 0, count);
                filling = more;
            }
            filling[count++] = context | (long) outcome.ordinal() << OUTCOME_SHIFT;
            if (stride == 2) {
                filling[count++] = sequence << DURABILITY_BITS | reached.ordinal(); // the length is even
            }
            wake = !scheduled;
            scheduled = true;
        }
        if (wake) {
            loop.execute(this);
        }
    }

    @Override
    public void refused(long context, Refusal refusal) {
        boolean wake;
        synchronized (this) {
            if (refused == null) {
                refused = new ArrayList<>();
            }
            refused.add(new Refused(context, refusal));
            wake = !scheduled;
            scheduled = true;
        }
        if (wake) {
            loop.execute(this);
        }
    }

    @Override
    public void run() {
        long[] answers;
        int answered;
        List<Refused> refusals;
        synchronized (this) {
            answers = filling;
            answered = count;
            refusals = refused;
            filling = spare;
            count = 0;
            refused = null;
            scheduled = false;
        }
        for (int i = 0; i < answered; i += stride) {
            reader.onPublished(
                    answers[i] & (1L << OUTCOME_SHIFT) - 1,
                    OUTCOMES[(int) (answers[i] >>> OUTCOME_SHIFT)],
                    stride == 2 ? answers[i + 1] : NO_RECEIPT);
        }
        spare = answers.length <= SLOTS_KEPT_MAX || answered > answers.length / 4 ? answers : NONE;
        if (refusals != null) {
            for (Refused each : refusals) {
                reader.onRefused(each.context, each.refusal);
            }
        }
        reader.onDrained();
    }
}
