package io.signalbox.bus.remote;

import io.signalbox.error.ReasonCode;
import io.signalbox.topic.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ordering keys, and the messages without one, that the transport did not take, and when each is tried again. A
 * pause doubles as long as it is refused. When there are many, those of the topic that has most of them become one pause
 * of that topic, so that what is refused for one subscriber's sake leaves room for all others. Owned by the relay's turn.
 */
final class OutboxPauses {
    /** As {@link Outbox.Paused} says: beyond it nothing is read until one of them is due. */
    static final int PAUSES_MAX = 1_000;

    /** From here on they are put together. */
    static final int MANY = PAUSES_MAX / 2;

    /** They say something of the transport, and nothing of a message. */
    private static final Set<ReasonCode> AWAY = Set.of(ReasonCode.BUSY, ReasonCode.SHUTTING_DOWN, ReasonCode.CLOSED);

    /** So many of a topic are taken, one after the other, before it is paused as one no more: one of them says little. */
    private static final int TAKEN_TO_GO_ON = 10;

    private static final Duration WHILE_AWAY = Duration.ofMillis(500);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** By ordering key, or by number for what has none. */
    private final Map<Object, Pause> pauses = new HashMap<>();

    private final Map<Topic, Pause> topics = new HashMap<>();

    /**
     * @param topic of the message that was refused
     * @param taken messages, since one was refused
     */
    private record Pause(Topic topic, long untilNanos, long lengthNanos, int taken) {
        /** @param before null: it was not refused before */
        static Pause after(@Nullable Pause before, Topic topic, ReasonCode why, long nowNanos) {
            if (AWAY.contains(why)) {
                long again = before == null ? FIRST.toNanos() / 2 : before.lengthNanos;
                return new Pause(topic, nowNanos + WHILE_AWAY.toNanos(), again, 0);
            }
            long length = before == null ? FIRST.toNanos() : Math.min(2 * before.lengthNanos, LONGEST.toNanos());
            return new Pause(topic, nowNanos + length, length, 0);
        }

        /** Null: it is over. */
        @Nullable
        Pause withOneTaken() {
            return taken + 1 < TAKEN_TO_GO_ON ? new Pause(topic, untilNanos, lengthNanos, taken + 1) : null;
        }

        boolean holds(long nowNanos) {
            return nowNanos - untilNanos < 0;
        }

        /** It was due long ago and not tried since: somebody else has sent it. */
        boolean isForgotten(long nowNanos) {
            return nowNanos - untilNanos > LONGEST.toNanos();
        }

        Pause orLonger(Pause other) {
            return other.untilNanos - untilNanos > 0 ? other : this;
        }
    }

    /** Its ordering key, or its number if it has none. */
    static Object of(Outbox.Entry entry) {
        String key = entry.key();
        return key == null ? entry.number() : key;
    }

    void refused(Outbox.Entry entry, ReasonCode why, long nowNanos) {
        Topic topic = entry.message().topic();
        Pause ofTopic = topics.get(topic);
        if (ofTopic == null) {
            pauses.compute(of(entry), (of, before) -> Pause.after(before, topic, why, nowNanos));
            if (pauses.size() + topics.size() >= MANY) {
                putTogether();
            }
        } else if (!ofTopic.holds(nowNanos)) {
            // One of many that were tried together: it is longer once, and not with each of them.
            topics.put(topic, Pause.after(ofTopic, topic, why, nowNanos));
        }
    }

    private void putTogether() {
        Map<Topic, Integer> counts = new HashMap<>();
        Topic most = null;
        int max = 1;
        for (Pause each : pauses.values()) {
            int count = counts.merge(each.topic, 1, Integer::sum);
            if (count > max) {
                max = count;
                most = each.topic;
            }
        }
        if (most != null) {
            Topic one = most;
            pauses.values().removeIf(each -> {
                boolean together = each.topic.equals(one);
                if (together) {
                    topics.merge(one, each, Pause::orLonger);
                }
                return together;
            });
        }
    }

    /** The transport has it, or never will: it is not in the way any more. */
    void taken(Outbox.Entry entry) {
        pauses.remove(of(entry));
        topics.computeIfPresent(entry.message().topic(), (topic, pause) -> pause.withOneTaken());
    }

    boolean holds(Outbox.Entry entry, long nowNanos) {
        return holds(pauses.get(of(entry)), nowNanos)
                || holds(topics.get(entry.message().topic()), nowNanos);
    }

    private static boolean holds(@Nullable Pause pause, long nowNanos) {
        return pause != null && pause.holds(nowNanos);
    }

    boolean isEmpty() {
        return pauses.isEmpty() && topics.isEmpty();
    }

    /** @param others that are not to be read either, known as these are */
    Outbox.Paused with(Collection<Object> others, long nowNanos) {
        pauses.values().removeIf(pause -> pause.isForgotten(nowNanos));
        topics.values().removeIf(pause -> pause.isForgotten(nowNanos));
        Set<String> keys = new HashSet<>();
        Set<Long> numbers = new HashSet<>();
        Set<Topic> stopped = new HashSet<>();
        others.forEach(of -> enter(of, keys, numbers));
        pauses.forEach((of, pause) -> {
            if (pause.holds(nowNanos)) {
                enter(of, keys, numbers);
            }
        });
        topics.forEach((topic, pause) -> {
            if (pause.holds(nowNanos)) {
                stopped.add(topic);
            }
        });
        return new Outbox.Paused(keys, numbers, stopped);
    }

    private static void enter(Object of, Set<String> keys, Set<Long> numbers) {
        switch (of) {
            case String key -> keys.add(key);
            case Long number -> numbers.add(number);
            default -> throw new IllegalStateException("neither key nor number: " + of);
        }
    }
}
