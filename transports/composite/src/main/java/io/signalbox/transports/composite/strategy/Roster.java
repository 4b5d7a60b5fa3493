package io.signalbox.transports.composite.strategy;

import io.signalbox.transport.Health;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The members by name, how they were when last looked at, and what they took and refused. Thread safe. */
public final class Roster {
    private final List<String> names;
    private final AtomicReferenceArray<Health> health;
    private final AtomicLongArray accepted;
    private final AtomicLongArray refused;

    public Roster(List<String> names) {
        this.names = List.copyOf(names);
        health = new AtomicReferenceArray<>(names.size());
        for (int i = 0; i < names.size(); i++) {
            health.set(i, Health.UP);
        }
        accepted = new AtomicLongArray(names.size());
        refused = new AtomicLongArray(names.size());
    }

    public List<String> names() {
        return names;
    }

    public void health(int member, Health now) {
        health.set(member, now);
    }

    public Health health(int member) {
        return health.get(member);
    }

    public boolean down(int member) {
        return health.get(member).status() == Health.Status.DOWN;
    }

    public void accepted(int member) {
        accepted.incrementAndGet(member);
    }

    /** It refused, or did not answer in time. */
    public void refused(int member) {
        refused.incrementAndGet(member);
    }

    public long acceptedCount(int member) {
        return accepted.get(member);
    }

    public long refusedCount(int member) {
        return refused.get(member);
    }
}
