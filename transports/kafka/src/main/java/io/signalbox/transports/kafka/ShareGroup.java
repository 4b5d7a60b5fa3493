package io.signalbox.transports.kafka;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.delivery.Arrival;
import io.signalbox.transports.delivery.DeadReason;
import io.signalbox.transports.delivery.Remembered;
import io.signalbox.transports.delivery.Subscriptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part of a share group: one member of Kafka's consumer group, which gives it partitions, and any number of
 * sessions, which take its messages in turn within their credit. A thread of its own owns all of it; others ask.
 */
final class ShareGroup {
    private static final Logger LOG = LoggerFactory.getLogger(ShareGroup.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    private static final long COMMIT_NANOS = Duration.ofMillis(100).toNanos();
    private static final int WAITING_MAX = 500;

    private final KafkaTransport transport;
    private final Target target;
    private final String group;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Ledger> ledgers = new HashMap<>();
    private final List<Member> members = new ArrayList<>();
    private final ArrayDeque<SharedClaim> fresh = new ArrayDeque<>();
    private final TreeMap<Long, SharedClaim> returned = new TreeMap<>();
    private final Set<SharedClaim> out = new LinkedHashSet<>();
    private final Queue<SharedClaim> settled = new ConcurrentLinkedQueue<>();
    private final Requests requests = new Requests();
    private final Thread thread;
    private int nextMember;
    private long numbers;
    private boolean paused;
    private boolean changed;
    private long committedNanos = System.nanoTime();
    private volatile boolean hungry;
    private volatile boolean stopping;
    private volatile boolean silently;

    /** A session that takes part, and how much it holds. */
    static final class Member {
        private final KafkaSession session;
        private FilterSpec spec;
        private int open;

        private Member(KafkaSession session, FilterSpec spec) {
            this.session = session;
            this.spec = spec;
        }
    }

    ShareGroup(KafkaTransport transport, Target target) {
        this.transport = transport;
        this.target = target;
        group = transport.names().share(target);
        consumer = transport.clients().member(group);
        Set<String> topics = new HashSet<>();
        transport.layout().partitions(target.filter()).forEach(partition -> topics.add(partition.topic()));
        consumer.subscribe(topics, new Rebalance());
        thread = Thread.ofPlatform()
                .daemon()
                .name("kafka-share-" + target.shareGroup())
                .unstarted(this::run);
        thread.start();
    }

    // For others

    CompletableFuture<Boolean> join(KafkaSession session, FilterSpec spec) {
        return ask(() -> {
            Member member = member(session);
            if (member == null) {
                members.add(new Member(session, spec));
            } else {
                member.spec = spec;
            }
            return true;
        });
    }

    /** It gets no more; what it has stays its own. */
    CompletableFuture<Boolean> leave(KafkaSession session) {
        return ask(() -> members.removeIf(member -> member.session == session));
    }

    /** It is gone: what it had goes to the others. */
    CompletableFuture<Boolean> ended(KafkaSession session, Map<Object, Remembered> left) {
        return ask(() -> {
            takeSettled();
            members.removeIf(member -> member.session == session);
            for (SharedClaim claim : List.copyOf(out)) {
                Member member = claim.member;
                if (member != null && member.session == session && !claim.dying) {
                    out.remove(claim);
                    Remembered remembered = left.get(claim.identity);
                    if (remembered != null) {
                        claim.offered |= remembered.offered();
                        claim.failures = remembered.deliveryCount();
                    }
                    claim.member = null;
                    returned.put(claim.number, claim);
                }
            }
            return true;
        });
    }

    private CompletableFuture<Boolean> ask(Supplier<Boolean> work) {
        CompletableFuture<Boolean> answer = requests.add(work);
        consumer.wakeup();
        return answer;
    }

    /** By whoever settles. */
    void settled(SharedClaim claim) {
        settled.add(claim);
        if (hungry) {
            hungry = false;
            consumer.wakeup();
        }
    }

    void wake() {
        consumer.wakeup();
    }

    /** @param quietly nothing is committed, as after a crash */
    void stop(boolean quietly) {
        silently = quietly;
        stopping = true;
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The thread

    private void run() {
        while (!stopping) {
            try {
                step();
            } catch (WakeupException e) {
                LOG.trace("share group {} looks up", group);
            } catch (RuntimeException e) {
                LOG.warn("share group {} failed and goes on: {}", group, e.toString());
                LOG.debug("share group {}", group, e);
                Pauses.pause(POLL);
            }
        }
        requests.run();
        requests.end();
        if (!silently) {
            takeSettled();
            commitNow(ledgers.keySet());
        }
        consumer.close(CloseOptions.timeout(silently ? Duration.ZERO : GOODBYE));
    }

    private void step() {
        requests.run();
        takeSettled();
        spread();
        boolean full = fresh.size() >= WAITING_MAX;
        if (full && !paused) {
            consumer.pause(consumer.assignment());
        } else if (!full && paused) {
            consumer.resume(consumer.assignment());
        }
        paused = full;
        consumer.poll(POLL).forEach(this::take);
        takeSettled();
        spread();
        if (changed && System.nanoTime() - committedNanos > COMMIT_NANOS) {
            committedNanos = System.nanoTime();
            changed = false;
            consumer.commitAsync(positions(ledgers.keySet()), (offsets, failure) -> {
                if (failure != null) {
                    changed = true; // called on this thread, from a poll
                }
            });
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        Place place = Place.of(record);
        Ledger ledger =
                ledgers.computeIfAbsent(place.partition(), partition -> new Ledger(Position.at(record.offset())));
        changed = true;
        if (ledger.owes(record.offset())
                && target.filter().matches(transport.mapping().topic(record))) {
            Ledger.Entry entry = ledger.add(record.offset());
            try {
                fresh.add(new SharedClaim(
                        this,
                        ledger,
                        entry,
                        new Identity(group, place),
                        transport.mapping().message(record),
                        ++numbers));
            } catch (SignalboxException e) {
                transport
                        .deadLetters()
                        .bury(
                                record,
                                new DeadLetters.Death(DeadReason.MALFORMED, String.valueOf(e.getMessage()), group, 0),
                                () -> ledger.done(entry));
            }
        }
        ledger.readTo(record.offset() + 1);
    }

    private void takeSettled() {
        for (SharedClaim claim = settled.poll(); claim != null; claim = settled.poll()) {
            claim.ledger.done(claim.entry);
            out.remove(claim);
            Member member = claim.member;
            if (member != null) {
                member.open--;
            }
            changed = true;
        }
    }

    /** What came back first, then what is new, each to the next member that has room. */
    private void spread() {
        hungry = false;
        while (true) {
            SharedClaim next =
                    returned.isEmpty() ? fresh.peek() : returned.firstEntry().getValue();
            if (next == null) {
                return;
            }
            Member member = pick(next);
            if (member == null) {
                hungry = true;
                if (settled.isEmpty()) {
                    return;
                }
                takeSettled();
                continue;
            }
            if (returned.remove(next.number) == null) {
                fresh.remove();
            }
            hand(next, member);
        }
    }

    private @Nullable Member pick(SharedClaim claim) {
        boolean light = claim.message.guarantee() == Guarantee.AT_MOST_ONCE;
        for (int i = 0; i < members.size(); i++) {
            int at = (nextMember + i) % members.size();
            Member member = members.get(at);
            if (member.session.takesMore()
                    && (light || member.open < member.session.options().unsettledMax())) {
                nextMember = at + 1;
                return member;
            }
        }
        return null;
    }

    private void hand(SharedClaim claim, Member member) {
        claim.member = member;
        member.open++;
        out.add(claim);
        claim.ledger.seenTo(claim.entry.offset() + 1);
        if (claim.offered || claim.failures > 0) {
            member.session.mailbox().remember(Map.of(claim.identity, new Remembered(0, claim.failures, claim.offered)));
        }
        member.session
                .mailbox()
                .arrived(new Arrival<>(
                        claim,
                        claim.message,
                        Subscriptions.match(List.of(member.spec)),
                        claim.identity,
                        claim.offered || claim.failures > 0));
    }

    private @Nullable Member member(KafkaSession session) {
        for (Member member : members) {
            if (member.session == session) {
                return member;
            }
        }
        return null;
    }

    private Map<TopicPartition, OffsetAndMetadata> positions(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Ledger ledger = ledgers.get(partition);
            if (ledger != null) {
                offsets.put(partition, ledger.position().committed());
            }
        }
        return offsets;
    }

    private void commitNow(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = positions(partitions);
        for (int tries = 1; !offsets.isEmpty() && tries <= 2; tries++) {
            try {
                consumer.commitSync(offsets, GOODBYE);
                return;
            } catch (WakeupException e) {
                LOG.trace("share group {} is woken while it commits", group); // once more
            } catch (RuntimeException e) {
                LOG.info("share group {}: what was settled last may come again: {}", group, e.toString());
                return;
            }
        }
    }

    /** Kafka moves partitions between nodes. Called on this thread, from a poll. */
    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            committed(partitions).forEach((partition, offset) -> {
                if (offset != null) {
                    ledgers.put(partition, new Ledger(Position.of(offset)));
                }
            });
            paused = false;
            consumer.resume(consumer.assignment());
        }

        private Map<TopicPartition, OffsetAndMetadata> committed(Collection<TopicPartition> partitions) {
            while (true) {
                try {
                    return consumer.committed(new HashSet<>(partitions));
                } catch (WakeupException e) {
                    LOG.trace("share group {} is woken while it is given partitions", group); // once more
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            takeSettled();
            if (!silently) {
                commitNow(partitions);
            }
            onPartitionsLost(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            fresh.removeIf(claim -> partitions.contains(claim.identity.place().partition()));
            returned.values()
                    .removeIf(
                            claim -> partitions.contains(claim.identity.place().partition()));
            partitions.forEach(ledgers::remove);
        }
    }
}
