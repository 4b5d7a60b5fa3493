package io.signalbox.bus.remote;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What publishers are told by a transport in memory, and when. */
final class LoopbackAnswers {
    private static final Refusal NO_ROOM = new Refusal(ReasonCode.STORAGE_FULL, "no room for this one");

    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
    private volatile @Nullable Refusal all;
    private volatile Predicate<Message> refused = message -> false;
    private volatile Refusal why = NO_ROOM;
    private volatile Predicate<Message> late = message -> false;

    void refuseAll(@Nullable Refusal refusal) {
        all = refusal;
    }

    void refuse(Predicate<Message> which) {
        refuse(which, NO_ROOM);
    }

    void refuseForGood(Predicate<Message> which) {
        refuse(which, new Refusal(ReasonCode.PAYLOAD_TOO_LARGE, "this one is too large"));
    }

    void refuse(Predicate<Message> which, Refusal as) {
        why = as;
        refused = which;
    }

    void refuseNone() {
        refused = message -> false;
    }

    /** Publishes are answered by {@link #giveAll} from now on. */
    void waitForTheTest() {
        waitForTheTest(message -> true);
    }

    void waitForTheTest(Predicate<Message> which) {
        late = which;
    }

    void giveAll() {
        List<Runnable> now = List.copyOf(waiting);
        waiting.removeAll(now);
        now.forEach(Runnable::run);
    }

    @Nullable
    Refusal refusal(Message message) {
        return all != null || !refused.test(message) ? all : why;
    }

    void give(Message message, Runnable answer) {
        if (late.test(message)) {
            waiting.add(answer);
        } else {
            answer.run();
        }
    }
}
