package io.signalbox.transports.kafka;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.Remembered;
import io.signalbox.transports.delivery.Subscriptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Which member of a share group gets which message: each in turn, within its credit, what came back before what is new.
 * Owned by the group's thread, but for {@link #settled}.
 */
final class Distribution {
    private static final int WAITING_MAX = 500;
    private static final long WAITING_BYTES_MAX = 8 << 20;

    private final List<GroupMember> members = new ArrayList<>();
    private final ArrayDeque<SharedClaim> fresh = new ArrayDeque<>();
    private final TreeMap<Long, SharedClaim> returned = new TreeMap<>();
    private final Set<SharedClaim> out = new LinkedHashSet<>();
    /** Bounded by what is out. */
    private final Queue<SharedClaim> settled = new ConcurrentLinkedQueue<>();

    private long waitingBytes;
    private int nextMember;
    private volatile boolean hungry;

    // Members

    void join(KafkaSession session, FilterSpec spec) {
        for (GroupMember member : members) {
            if (member.session == session) {
                member.spec = spec;
                return;
            }
        }
        members.add(new GroupMember(session, spec));
    }

    /** It gets no more; what it has stays its own. */
    void leave(KafkaSession session) {
        members.removeIf(member -> member.session == session);
    }

    /** It is gone: what it had goes to the others. */
    void ended(KafkaSession session, Map<Object, Remembered> left) {
        leave(session);
        for (SharedClaim claim : List.copyOf(out)) {
            GroupMember member = claim.member;
            if (member != null && member.session == session && !claim.dying) {
                out.remove(claim);
                Remembered remembered = left.get(claim.identity);
                if (remembered != null) {
                    claim.offered |= remembered.offered();
                    claim.failures = remembered.deliveryCount();
                }
                claim.member = null;
                returned.put(claim.number, claim);
                waitingBytes += claim.bytes;
            }
        }
    }

    // Messages

    void add(SharedClaim claim) {
        fresh.add(claim);
        waitingBytes += claim.bytes;
    }

    /** So much waits that no more should be read. */
    boolean isFull() {
        return fresh.size() >= WAITING_MAX || waitingBytes >= WAITING_BYTES_MAX;
    }

    /** Any thread: by whoever settles; {@link #takeSettled} is to follow. */
    void settled(SharedClaim claim) {
        settled.add(claim);
    }

    /** Does somebody's settlement make room for what waits? Asked by those who settle; true once. */
    boolean wasHungry() {
        boolean was = hungry;
        if (was) {
            hungry = false;
        }
        return was;
    }

    /** @return true if there were any */
    boolean takeSettled() {
        boolean any = false;
        for (SharedClaim claim = settled.poll(); claim != null; claim = settled.poll()) {
            any = true;
            claim.ledger.done(claim.entry);
            out.remove(claim);
            GroupMember member = claim.member;
            if (member != null) {
                member.open--;
            }
        }
        return any;
    }

    /** Other nodes have these partitions now; what is out stays with its members. */
    void forget(Collection<TopicPartition> partitions) {
        fresh.removeIf(claim -> isOf(claim, partitions));
        returned.values().removeIf(claim -> isOf(claim, partitions));
    }

    private boolean isOf(SharedClaim claim, Collection<TopicPartition> partitions) {
        boolean its = partitions.contains(claim.place().partition());
        if (its) {
            waitingBytes -= claim.bytes;
        }
        return its;
    }

    /**
     * Hands out what can be.
     *
     * @return true if settlements were taken on the way
     */
    boolean spread() {
        boolean taken = false;
        hungry = false;
        while (true) {
            SharedClaim next =
                    returned.isEmpty() ? fresh.peek() : returned.firstEntry().getValue();
            if (next == null) {
                return taken;
            }
            GroupMember member = pick(next);
            if (member != null) {
                if (returned.remove(next.number) == null) {
                    fresh.remove();
                }
                waitingBytes -= next.bytes;
                hand(next, member);
                continue;
            }
            hungry = true;
            if (settled.isEmpty()) {
                return taken;
            }
            taken |= takeSettled();
        }
    }

    private @Nullable GroupMember pick(SharedClaim claim) {
        for (int i = 0; i < members.size(); i++) {
            int at = (nextMember + i) % members.size();
            GroupMember member = members.get(at);
            if (member.takes(claim)) {
                nextMember = at + 1;
                return member;
            }
        }
        return null;
    }

    private void hand(SharedClaim claim, GroupMember member) {
        claim.member = member;
        member.open++;
        out.add(claim);
        claim.ledger.seenTo(claim.entry.offset() + 1);
        boolean again = claim.offered || claim.failures > 0;
        if (again) {
            member.session.mailbox().remember(Map.of(claim.identity, new Remembered(0, claim.failures, claim.offered)));
        }
        member.session
                .mailbox()
                .arrived(new Arrival<>(
                        claim, claim.message, Subscriptions.match(List.of(member.spec)), claim.identity, again));
    }
}
