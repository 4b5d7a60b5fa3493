package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.queue.Linearizability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One key, whose events are published, met by workers, ended at once or later, parked, redriven, dropped, by threads at
 * once: one event is with the handlers at a time, those of a publisher in its order, and in the end each was handled or
 * dropped, once, and nothing is held.
 */
@Tag("linearizability")
public class KeyQueueLinearizabilityTest implements KeyQueue.Owner {
    private static final int PARKED_MAX = 2;

    private record Step(Thread publisher, int number) {
        boolean endsAtOnce() {
            return number % 2 == 0;
        }
    }

    private final BoundedQueue<KeyQueue> ring = new BoundedQueue<>(4);
    private final AtomicReference<KeyQueue> current = new AtomicReference<>(new KeyQueue("k", this));
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger parked = new AtomicInteger();
    private final AtomicInteger letters = new AtomicInteger();
    private final AtomicBoolean withHandlers = new AtomicBoolean();
    private final AtomicReference<@Nullable KeyQueue> endsLater = new AtomicReference<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<Step> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<Step> delivered = new ConcurrentLinkedQueue<>();
    private final Queue<Step> dropped = new ConcurrentLinkedQueue<>();
    private volatile boolean overtaken;

    @Operation
    public void publish() {
        Step step = new Step(Thread.currentThread(), numbers.incrementAndGet());
        Envelope<Step> envelope = new Envelope<>(step, step.number(), Meta.NONE);
        KeyTable.Offer answer = null;
        while (answer == null) {
            answer = current.get().offer(envelope, PARKED_MAX);
        }
        if (answer == KeyTable.Offer.ACCEPTED) {
            accepted.add(step);
        }
    }

    @Operation
    public void meetToken() {
        KeyQueue token = ring.poll();
        if (token != null) {
            token.turn();
        }
    }

    @Operation
    public void runTask() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
    }

    @Operation
    public void succeed() {
        KeyQueue key = endsLater.getAndSet(null);
        if (key != null) {
            withHandlers.set(false);
            key.settled();
        }
    }

    @Operation
    public void die() {
        KeyQueue key = endsLater.getAndSet(null);
        if (key != null) {
            key.park();
            letters.incrementAndGet();
            withHandlers.set(false);
            key.settled();
        }
    }

    @Operation
    public void redrive() {
        if (letters.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            current.get().unpark();
        }
    }

    @Operation
    public void dropOldest() {
        KeyQueue token = ring.poll();
        drop(token == null ? current.get().dropHeld() : token.dropOldest());
    }

    private void drop(@Nullable Envelope<?> oldest) {
        if (oldest != null) {
            dropped.add((Step) oldest.message());
        }
    }

    @Override
    public boolean offer(KeyQueue token) {
        return ring.offer(token);
    }

    @Override
    public void hold() {
        ring.hold();
    }

    @Override
    public void letGo() {
        ring.letGo();
    }

    @Override
    public void parked(int change) {
        parked.addAndGet(change);
    }

    @Override
    public void giveBack(Envelope<?> envelope) {
        throw new AssertionError("nothing here came from outside");
    }

    @Override
    public boolean isAbandoning() {
        return false;
    }

    @Override
    public void giveUp(Envelope<?> envelope) {
        throw new AssertionError("nobody closes here");
    }

    @Override
    public void deliver(Envelope<?> envelope, KeyQueue key) {
        if (!withHandlers.compareAndSet(false, true)) {
            overtaken = true;
        }
        Step step = (Step) envelope.message();
        delivered.add(step);
        if (step.endsAtOnce()) {
            withHandlers.set(false);
            key.settled();
        } else {
            endsLater.set(key);
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void remove(KeyQueue empty) {
        current.compareAndSet(empty, new KeyQueue("k", this));
    }

    @Validate
    public void allWereHandledInOrderOrDropped() {
        while (ring.sizeInRing() > 0 || !tasks.isEmpty() || endsLater.get() != null || letters.get() > 0) {
            meetToken();
            runTask();
            succeed();
            redrive();
        }
        demand(!overtaken, "two events of the key were with the handlers at once");
        demand(ring.size() == 0 && parked.get() == 0, "something is held or parked: " + ring.size() + ", " + parked);
        List<Step> ended = new ArrayList<>(delivered);
        ended.addAll(dropped);
        demand(
                ended.size() == accepted.size() && ended.containsAll(accepted),
                "accepted " + accepted + ", ended " + ended);
        Map<Thread, Integer> last = new HashMap<>();
        for (Step step : delivered) {
            Integer before = last.put(step.publisher(), step.number());
            demand(before == null || before < step.number(), "out of order: " + delivered);
        }
    }

    private static void demand(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    @Test
    void underStress() {
        Linearizability.validated(Linearizability.stress()).check(KeyQueueLinearizabilityTest.class);
    }

    @Test
    void inEveryInterleavingThatIsTried() {
        Linearizability.validated(Linearizability.interleavings()).check(KeyQueueLinearizabilityTest.class);
    }
}
