package io.signalbox.broker.routing;

import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that share one filter under one name: each message goes to one of them (MQTT 5, 4.8.2). Members change
 * under the router's lock; picking is free of locks.
 */
public final class ShareGroup implements Route {
    private final String name;
    private final TopicFilter filter;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<Member> members = List.of();

    ShareGroup(String name, TopicFilter filter) {
        this.name = name;
        this.filter = filter;
    }

    String name() {
        return name;
    }

    TopicFilter filter() {
        return filter;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    void put(Recipient recipient, FilterSpec spec) {
        List<Member> next = new ArrayList<>(members);
        next.removeIf(m -> m.recipient == recipient);
        next.add(new Member(recipient, Targets.matchOf(spec)));
        members = List.copyOf(next);
    }

    void remove(Recipient recipient) {
        members = members.stream().filter(m -> m.recipient != recipient).toList();
    }

    /** Round robin over the members that are online and have room; over all when none is; null when nobody else is here. */
    public @Nullable Member pick(@Nullable Recipient except) {
        List<Member> all = members;
        int size = all.size();
        if (size == 0) {
            return null;
        }
        int first = Math.floorMod(turn.getAndIncrement(), size);
        Member second = null;
        for (int i = 0; i < size; i++) {
            Member m = all.get((first + i) % size);
            if (m.recipient == except) {
                continue;
            }
            boolean room = !m.recipient.refuses(1, 0);
            if (m.recipient.online() && room) {
                return m;
            }
            if (second == null || rank(m, room) > rank(second, !second.recipient.refuses(1, 0))) {
                second = m;
            }
        }
        return second;
    }

    /** Room counts before a queue that outlives the process. */
    private static int rank(Member m, boolean room) {
        return (room ? 2 : 0) + (m.recipient.durable() ? 1 : 0);
    }

    /**
     * The one that was picked if it is still a member, or else another; when nobody else is here, who gives, and when
     * nobody is, the one that was picked.
     */
    public Member orAnother(Member picked, Recipient except) {
        if (has(picked.recipient)) {
            return picked;
        }
        Member other = pick(except);
        if (other == null) {
            other = pick(null);
        }
        return other == null ? picked : other;
    }

    boolean has(Recipient recipient) {
        for (Member m : members) {
            if (m.recipient == recipient) {
                return true;
            }
        }
        return false;
    }

    /** Is there somebody connected besides this one? */
    public boolean hasOnlineBesides(Recipient recipient) {
        for (Member m : members) {
            if (m.recipient != recipient && m.recipient.online()) {
                return true;
            }
        }
        return false;
    }

    /** One of the group, with what its subscription grants. */
    public record Member(Recipient recipient, Match match) {}
}
