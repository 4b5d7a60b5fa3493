package io.signalbox.bus.dispatch;

import io.signalbox.bus.queue.BoundedQueue;
import io.signalbox.bus.queue.Linearizability;
import io.signalbox.bus.schedule.CallerRuns;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Events are taken at once or held for a while: no publisher sleeps on when all of them are gone. */
@Tag("linearizability")
public class RoomLinearizabilityTest {
    /** Time and threads are not asked for. */
    private static final CallerRuns SCHEDULER = new CallerRuns();

    private final BoundedQueue<Integer> queue = new BoundedQueue<>(1);
    private final Room room = new Room(queue, SCHEDULER);
    private final Queue<CompletableFuture<Void>> asleep = new ConcurrentLinkedQueue<>();
    private final AtomicInteger held = new AtomicInteger();

    /** It is full, and somebody waits. */
    public RoomLinearizabilityTest() {
        publish();
        publish();
    }

    @Operation
    public void publish() {
        if (queue.offer(1)) {
            return;
        }
        CompletableFuture<Void> made = room.join();
        if (!queue.offer(1)) {
            asleep.add(made);
        }
    }

    @Operation
    public void take() {
        if (queue.poll() != null) {
            room.made();
        }
    }

    @Operation
    public void hold() {
        if (queue.poll() != null) {
            room.made();
            queue.hold();
            held.incrementAndGet();
        }
    }

    @Operation
    public void letGo() {
        if (held.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            queue.letGo();
            room.made();
        }
    }

    @Validate
    public void nobodySleepsBeforeAnEmptyQueue() {
        while (queue.poll() != null) {
            room.made();
        }
        for (; held.get() > 0; held.decrementAndGet()) {
            queue.letGo();
            room.made();
        }
        if (!asleep.stream().allMatch(CompletableFuture::isDone)) {
            throw new AssertionError("a publisher sleeps before an empty queue");
        }
    }

    @Test
    void underStress() {
        Linearizability.validated(Linearizability.stress()).check(RoomLinearizabilityTest.class);
    }

    @Test
    void inEveryInterleavingThatIsTried() {
        Linearizability.validated(Linearizability.interleavings()).check(RoomLinearizabilityTest.class);
    }
}
