package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Completion;
import io.signalbox.bus.queue.Away;
import io.signalbox.bus.queue.Parking;
import io.signalbox.bus.queue.Returnable;
import io.signalbox.bus.queue.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of one ordering key waits where it came from. Guarded by the key's lock. */
final class Elsewhere {
    private final KeyOwner owner;
    /** Null: none was ever given back; most keys have no dead letters. */
    private @Nullable Away away;

    Elsewhere(KeyOwner owner) {
        this.owner = owner;
    }

    boolean isEmpty() {
        return away == null || away.isEmpty();
    }

    /** Is another one due before it? */
    boolean isBefore(Returnable next) {
        return !isEmpty() && known().mustWait(next);
    }

    private Away known() {
        Away known = away;
        if (known == null) {
            known = new Away(owner.awayRoom());
            away = known;
        }
        return known;
    }

    /** It came, and is not let in. */
    void refused(Completion next, Parking key) {
        if (known().refused(next)) {
            next.awayIn(key);
        } else {
            owner.orderNotKept(1);
        }
    }

    /** False: there is no room to know it. */
    boolean refusedAgain(Returnable next) {
        return known().refused(next);
    }

    void letIn(Completion next) {
        if (away != null) {
            away.letIn(next);
            next.awayIn(null);
        }
    }

    /** @param all oldest first; older than all that is away */
    void sentBack(List<Completion> all, Parking key) {
        int unknown = all.isEmpty() ? 0 : known().sentBack(all);
        if (unknown > 0) {
            owner.orderNotKept(unknown);
        }
        all.subList(0, all.size() - unknown).forEach(each -> each.awayIn(key));
    }

    void gone(Returnable ended) {
        if (away != null) {
            away.gone(ended.origin());
        }
    }

    void forgetLost(Source now) {
        if (away != null) {
            away.forgetLost(now);
        }
    }
}
