package io.signalbox.bus.queue;

import java.time.Duration;

/** What happens to an event whose queue is full. Whatever it is, it is counted with its reason. */
public sealed interface Overflow {
    /** The publisher is told; what waits keeps its order and its place. */
    record RejectNew() implements Overflow {}

    /** What has waited longest makes room. */
    record DropOldest() implements Overflow {}

    /** The publisher waits for room, and is told when time is up. */
    record Block(Duration timeout) implements Overflow {
        public Block {
            if (!timeout.isPositive()) {
                throw new IllegalArgumentException("timeout " + timeout + " must be longer than zero");
            }
        }
    }

    /**
     * Publishers are slowed down before the queue is full: once events wait longer than the target, fewer are let in,
     * and the others are told when to come back.
     */
    record Adaptive(Duration targetLatency) implements Overflow {
        public Adaptive {
            if (targetLatency.toMillis() < 1) {
                throw new IllegalArgumentException("targetLatency " + targetLatency + " must be at least 1 ms");
            }
        }
    }

    static Overflow rejectNew() {
        return new RejectNew();
    }

    static Overflow dropOldest() {
        return new DropOldest();
    }

    static Overflow block(Duration timeout) {
        return new Block(timeout);
    }

    static Overflow adaptive() {
        return adaptive(Duration.ofMillis(50));
    }

    static Overflow adaptive(Duration targetLatency) {
        return new Adaptive(targetLatency);
    }
}
