package io.signalbox.bus.query;

import io.signalbox.bus.context.Cancellation;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.parts.Answering;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One question and its answers. Guarded by itself. */
final class Round<R> implements Answering {
    private final int quorum;
    final CompletableFuture<Void> enough = new CompletableFuture<>();
    private final List<R> answers = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final List<Cancellation> cancellations = new ArrayList<>();
    private int asked;
    /** Other processes may still answer, nobody knows how many. */
    private boolean othersMay;

    private boolean ended;

    Round(int asked, int quorum, boolean othersMay) {
        this.asked = asked;
        this.quorum = quorum;
        this.othersMay = othersMay;
        lookWhetherEnough();
    }

    synchronized Cancellation newCancellation() {
        Cancellation made = new Cancellation();
        cancellations.add(made);
        return made;
    }

    @Override
    public synchronized void asked(int more) {
        if (!ended) {
            asked += more;
        }
    }

    @Override
    @SuppressWarnings("unchecked") // whoever answers was asked for one
    public synchronized void answered(Object answer) {
        if (!ended) {
            answers.add((R) answer);
            lookWhetherEnough();
        }
    }

    @Override
    public synchronized void failed(Throwable error) {
        if (!ended) {
            errors.add(error);
            lookWhetherEnough();
        }
    }

    @Override
    public synchronized void noMore() {
        othersMay = false;
        lookWhetherEnough();
    }

    /** Enough answers, or nobody left to wait for. */
    private void lookWhetherEnough() {
        if (answers.size() >= quorum || (!othersMay && answers.size() + errors.size() >= asked)) {
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
            int wanted = quorum == Integer.MAX_VALUE ? Math.max(1, asked) : quorum;
            result = new Answers<>(asked, List.copyOf(answers), List.copyOf(errors), answers.size() >= wanted);
        }
        late.forEach(each -> each.cancel(Reason.CANCELLED));
        return result;
    }
}
