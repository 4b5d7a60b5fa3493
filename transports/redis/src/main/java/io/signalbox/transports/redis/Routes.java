package io.signalbox.transports.redis;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.delivery.Subscriptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is subscribed to what, on all nodes, as of one epoch. Redis counts the changes and keeps the last of them; a
 * publish that was routed by an older epoch is refused there, and routed again after the changes were read. A topic is
 * looked up by its exact filter, and against each wildcard filter when it is new since the last change; the answer is
 * remembered. Owned by the publisher's thread.
 */
final class Routes {
    private static final int REMEMBERED_TOPICS_MAX = 4_096;

    /** What the server knows of a session that matters here. */
    record Place(String node, long messagesMax, long bytesMax, String overflow) {
        boolean isAttached() {
            return !node.isEmpty();
        }
    }

    /**
     * How far a topic reaches one queue.
     *
     * @param session null for a queue that a share group reads
     * @param qos the most that is granted; -1: nothing
     * @param qosIfOwn the same for what the session published itself
     */
    record Reach(String queue, @Nullable String session, Place place, int qos, int qosIfOwn) {}

    private record Member(String session, @Nullable String group) {}

    private String epoch = "0";
    private final Map<String, Place> places = new HashMap<>();
    private final Map<TopicFilter, Map<Member, FilterSpec>> exact = new HashMap<>();
    private final Map<TopicFilter, Map<Member, FilterSpec>> wild = new LinkedHashMap<>();
    private final Map<String, Map<Target, FilterSpec>> bySession = new HashMap<>();
    private final Map<Topic, List<Reach>> remembered = new HashMap<>();

    String epoch() {
        return epoch;
    }

    List<Reach> of(Topic topic) {
        List<Reach> reach = remembered.get(topic);
        if (reach == null) {
            if (remembered.size() >= REMEMBERED_TOPICS_MAX) {
                remembered.clear();
            }
            reach = List.copyOf(find(topic).values());
            remembered.put(topic, reach);
        }
        return reach;
    }

    private Map<String, Reach> find(Topic topic) {
        Map<String, Reach> found = new LinkedHashMap<>();
        collect(found, exact.getOrDefault(TopicFilter.exactly(topic), Map.of()));
        wild.forEach((filter, members) -> {
            if (filter.matches(topic)) {
                collect(found, members);
            }
        });
        return found;
    }

    private void collect(Map<String, Reach> found, Map<Member, FilterSpec> members) {
        members.forEach((member, spec) -> {
            Place place = places.get(member.session());
            if (place != null) {
                Reach one = reach(member, spec, place);
                found.merge(one.queue(), one, Routes::union);
            }
        });
    }

    private static Reach reach(Member member, FilterSpec spec, Place place) {
        int qos = spec.guarantee().qos();
        if (member.group() == null) {
            return new Reach(Keys.own(member.session()), member.session(), place, qos, spec.noLocal() ? -1 : qos);
        }
        String queue = Keys.shared(member.group(), spec.filter().text());
        // Its bound is the server's memory: nobody in particular has said another.
        return new Reach(queue, null, new Place(place.node(), Long.MAX_VALUE, Long.MAX_VALUE, "SPILL"), qos, qos);
    }

    private static Reach union(Reach one, Reach other) {
        return new Reach(
                one.queue(),
                one.session(),
                one.place().isAttached() ? one.place() : other.place(),
                Math.max(one.qos(), other.qos()),
                Math.max(one.qosIfOwn(), other.qosIfOwn()));
    }

    // Changes

    /**
     * @param entries of the stream of changes after this epoch, oldest first
     * @return false if they do not follow this epoch: everything has to be read
     */
    boolean apply(List<?> entries) {
        long last = Long.parseLong(epoch);
        for (Object entry : entries) {
            List<?> two = Reply.list(entry);
            long next = StreamId.of(Reply.text(two.get(0))).millis();
            if (next != last + 1) {
                return false;
            }
            apply(Reply.map(two.get(1)));
            last = next;
            epoch = Long.toString(next);
        }
        remembered.clear();
        return !entries.isEmpty();
    }

    private void apply(Map<String, String> change) {
        String session = change.getOrDefault("session", "");
        switch (change.getOrDefault("what", "")) {
            case "here" -> places.put(session, place(change));
            case "away" -> {
                Place before = places.get(session);
                if (before != null) {
                    places.put(session, new Place("", before.messagesMax(), before.bytesMax(), before.overflow()));
                }
            }
            case "end" -> end(session);
            case "subscribe" ->
                put(
                        session,
                        SubscriptionText.read(
                                change.getOrDefault("group", ""),
                                change.getOrDefault("filter", ""),
                                change.getOrDefault("options", "")));
            case "unsubscribe" ->
                remove(
                        session,
                        SubscriptionText.target(change.getOrDefault("group", ""), change.getOrDefault("filter", "")));
            default -> {} // of a later version, which tells older ones nothing they need
        }
    }

    private static Place place(Map<String, String> record) {
        return new Place(
                record.getOrDefault("node", ""),
                Long.parseLong(record.getOrDefault("max", "0")),
                Long.parseLong(record.getOrDefault("bytes", "0")),
                record.getOrDefault("overflow", "SPILL"));
    }

    private void put(String session, FilterSpec spec) {
        Target target = Subscriptions.target(spec);
        index(spec.filter())
                .computeIfAbsent(spec.filter(), filter -> new LinkedHashMap<>())
                .put(new Member(session, spec.shareGroup()), spec);
        bySession.computeIfAbsent(session, name -> new LinkedHashMap<>()).put(target, spec);
    }

    private void remove(String session, Target target) {
        Map<Member, FilterSpec> members = index(target.filter()).get(target.filter());
        if (members != null) {
            members.remove(new Member(session, target.shareGroup()));
            if (members.isEmpty()) {
                index(target.filter()).remove(target.filter());
            }
        }
        Map<Target, FilterSpec> own = bySession.get(session);
        if (own != null) {
            own.remove(target);
        }
    }

    private void end(String session) {
        for (Target target :
                new ArrayList<>(bySession.getOrDefault(session, Map.of()).keySet())) {
            remove(session, target);
        }
        bySession.remove(session);
        places.remove(session);
    }

    private Map<TopicFilter, Map<Member, FilterSpec>> index(TopicFilter filter) {
        return filter.isExact() ? exact : wild;
    }

    /** Everything anew, as {@code routes.lua} gives it. */
    void replace(List<?> snapshot) {
        places.clear();
        exact.clear();
        wild.clear();
        bySession.clear();
        remembered.clear();
        epoch = Reply.text(snapshot.get(0));
        for (Object one : Reply.list(snapshot.get(1))) {
            List<?> six = Reply.list(one);
            String session = Reply.text(six.get(0));
            places.put(
                    session,
                    new Place(
                            Reply.text(six.get(1)),
                            Reply.number(six.get(2)),
                            Reply.number(six.get(3)),
                            Reply.text(six.get(4))));
            Reply.map(six.get(5)).forEach((field, options) -> put(session, SubscriptionText.read(field, options)));
        }
    }
}
