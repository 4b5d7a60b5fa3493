package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Completion;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.queue.AwayRoom;
import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.queue.Linearizability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * One key, whose events are published or come from outside, are met by workers, end at once or later, die and are kept
 * or not, are redriven, dropped, given back and come again, or do not since their link has ended, by threads at once: one
 * event is with the handlers at a time, those of a publisher in its order, and in the end each was handled, dropped or
 * lost with its link, once, and nothing is held.
 */
@Tag("linearizability")
public class KeyQueueLinearizabilityTest implements KeyOwner {
    private static final int PARKED_MAX = 2;
    private static final int AWAY_MAX = 100;
    private static final int ROUNDS_MAX = 1_000;

    /** Whoever publishes here and outside has no order between the two. */
    private record Publisher(Thread thread, boolean outside) {}

    private record Step(Publisher publisher, int number) {
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
    private final Queue<Envelope<?>> givenBack = new ConcurrentLinkedQueue<>();
    private final AwayRoom awayRoom = new AwayRoom(AWAY_MAX);
    private final AtomicReference<TestLink> link = new AtomicReference<>(new TestLink(true));
    /** What comes, and the end of what it comes by, is told by one thread at a time. */
    private final Object lane = new Object();

    private volatile boolean overtaken;

    @Operation
    public void publish() {
        Step step = step(false);
        if (offer(new Envelope<>(step, step.number(), Meta.NONE)) == KeyTable.Offer.ACCEPTED) {
            accepted.add(step);
        }
    }

    /** What finds no room waits before the key is asked again: it has not come yet. */
    @Operation
    public void arrive() {
        synchronized (lane) {
            Step step = step(true);
            Envelope<Step> envelope = by(link.get(), step);
            switch (offer(envelope)) {
                case ACCEPTED -> accepted.add(step);
                case PARKED -> {
                    accepted.add(step);
                    givenBack.add(envelope);
                }
                case FULL -> {}
            }
        }
    }

    private static Envelope<Step> by(TestLink link, Step step) {
        return new Envelope<>(step, step.number(), Meta.NONE.withCompletion(new TestArrival(step.number(), link)));
    }

    private Step step(boolean outside) {
        return new Step(new Publisher(Thread.currentThread(), outside), numbers.incrementAndGet());
    }

    private KeyTable.Offer offer(Envelope<?> envelope) {
        KeyTable.Offer answer = null;
        while (answer == null) {
            answer = current.get().offer(envelope, PARKED_MAX);
        }
        return answer;
    }

    @Operation
    public void comeAgain() {
        synchronized (lane) {
            Envelope<?> next = givenBack.poll();
            if (next == null) {
                return;
            }
            Completion outside = Objects.requireNonNull(next.meta().completion());
            if (!outside.canGoBack() && !outside.comesAgain()) {
                drop(next);
                return;
            }
            Envelope<?> again = by(link.get(), (Step) next.message());
            if (offer(again) != KeyTable.Offer.ACCEPTED) {
                givenBack.add(again);
            }
        }
    }

    /** The next one brings what that had taken back, or not; and what was not begun, if that came by it. */
    @Operation
    public void endLink() {
        synchronized (lane) {
            TestLink old = link.get();
            link.set(new TestLink(!old.durable));
            old.ended = true;
            current.get().linkEnded(old);
        }
    }

    @Override
    public void leaveToNextLink(Envelope<?> envelope) {
        givenBack.add(envelope);
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
    public void dieAndNotBeKept() {
        KeyQueue key = endsLater.getAndSet(null);
        if (key != null) {
            key.park();
            key.unpark();
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
        givenBack.add(envelope);
    }

    @Override
    public AwayRoom awayRoom() {
        return awayRoom;
    }

    @Override
    public void orderNotKept(int events) {
        throw new AssertionError("there is room for more than these few");
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
        for (int round = 0; isSomethingLeft(); round++) {
            demand(round < ROUNDS_MAX, "no end: " + accepted + " and only " + delivered + ", away " + givenBack);
            meetToken();
            runTask();
            succeed();
            redrive();
            comeAgain();
        }
        demand(!overtaken, "two events of the key were with the handlers at once");
        current.get().forgetLost(link.get());
        demand(awayRoom.left() == AWAY_MAX, "something is thought to be away: " + awayRoom.left());
        demand(ring.size() == 0 && parked.get() == 0, "something is held or parked: " + ring.size() + ", " + parked);
        List<Step> ended = new ArrayList<>(delivered);
        ended.addAll(dropped);
        demand(
                ended.size() == accepted.size() && ended.containsAll(accepted),
                "accepted " + accepted + ", ended " + ended);
        Map<Publisher, Integer> last = new HashMap<>();
        for (Step step : delivered) {
            Integer before = last.put(step.publisher(), step.number());
            demand(before == null || before < step.number(), "out of order: " + delivered);
        }
    }

    private boolean isSomethingLeft() {
        return ring.sizeInRing() > 0
                || !tasks.isEmpty()
                || endsLater.get() != null
                || letters.get() > 0
                || !givenBack.isEmpty();
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
