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
    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
    private volatile @Nullable Refusal all;
    private volatile Predicate<Message> refused = message -> false;
    private volatile boolean forGood;
    private volatile boolean late;

    void refuseAll(@Nullable Refusal refusal) {
        all = refusal;
    }

    void refuse(Predicate<Message> which) {
        refused = which;
        forGood = false;
    }

    void refuseForGood(Predicate<Message> which) {
        refused = which;
        forGood = true;
    }

    void refuseNone() {
        refused = message -> false;
    }

    /** Publishes are answered by {@link #giveAll} from now on. */
    void waitForTheTest() {
        late = true;
    }

    void giveAll() {
        List<Runnable> now = List.copyOf(waiting);
        waiting.removeAll(now);
        now.forEach(Runnable::run);
    }

    @Nullable
    Refusal refusal(Message message) {
        if (all != null || !refused.test(message)) {
            return all;
        }
        return forGood
                ? new Refusal(ReasonCode.PAYLOAD_TOO_LARGE, "this one is too large")
                : new Refusal(ReasonCode.STORAGE_FULL, "no room for this one");
    }

    void give(Runnable answer) {
        if (late) {
            waiting.add(answer);
        } else {
            answer.run();
        }
    }
}
