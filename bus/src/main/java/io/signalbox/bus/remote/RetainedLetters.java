package io.signalbox.bus.remote;

import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.DeadLetterStore;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageIds;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dead letters as retained messages of the transport, one topic each: what a transport has of a table. A letter counts
 * as kept when the transport has acknowledged it, with the durability of its topics.
 */
final class RetainedLetters implements DeadLetterStore {
    private static final Logger LOG = LoggerFactory.getLogger(RetainedLetters.class);
    private static final byte[] NOTHING = {};

    private final Transport transport;
    private final String bus;
    private final LetterForm form;
    private final Scheduler scheduler;

    RetainedLetters(Transport transport, String bus, LetterForm form, Scheduler scheduler) {
        this.transport = transport;
        this.bus = bus;
        this.form = form;
        this.scheduler = scheduler;
    }

    static boolean fit(Transport transport) {
        Capabilities can = transport.capabilities();
        return can.has(Capabilities.Feature.RETAINED)
                && can.has(Capabilities.Feature.WILDCARDS)
                && can.has(Capabilities.Feature.SUBSCRIBE);
    }

    @Override
    public boolean put(DeadLetter letter) {
        try {
            publish(form.write(letter, Topics.deadLetter(bus, letter.id())));
            return true;
        } catch (RuntimeException | Error notKept) {
            LOG.warn("dead letter {} is kept in memory alone: {}", letter.id(), notKept.getMessage());
            return false;
        }
    }

    @Override
    public void remove(String id) {
        try {
            publish(Message.to(Topics.deadLetter(bus, id))
                    .payload(NOTHING)
                    .retain(true)
                    .build());
        } catch (RuntimeException | Error stillThere) {
            LOG.warn("dead letter {} is handled, but a later process will find it: {}", id, stillThere.getMessage());
        }
    }

    private void publish(Message message) {
        Receipt receipt = new Connection(transport, scheduler).await(transport.publish(message));
        if (receipt.outcome() == Receipt.Outcome.DUPLICATE) {
            throw new IllegalStateException("the transport took it for a message that it has");
        }
    }

    @Override
    public List<DeadLetter> load() {
        Connection connection = new Connection(transport, scheduler);
        // What is retained comes before what is published later: the fence comes last.
        Topic fence = Topics.deadLetter(bus, "fence-" + MessageIds.next(scheduler.nowMillis()));
        Loading loading = new Loading(connection, fence);
        connection.open(SessionOptions.transientSession(bus + "-dead-letters"), loading);
        try {
            connection.subscribe(List.of(FilterSpec.of(Topics.deadLetters(bus), Guarantee.AT_LEAST_ONCE)));
            publish(Message.to(fence).priority(0).build());
            connection.await(loading.complete);
        } finally {
            connection.close(true);
        }
        return loading.letters.stream()
                .sorted(Comparator.comparingLong(
                        letter -> letter.deaths().getFirst().firstMillis()))
                .toList();
    }

    @Override
    public DeadLetter read(DeadLetter letter, Class<?> type) {
        return form.read(letter, type);
    }

    /** Hears of all of them once. Called on the connection's lane. */
    private final class Loading implements Subscriber {
        private final Connection connection;
        private final Topic fence;
        private final List<DeadLetter> letters = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Void> complete = new CompletableFuture<>();

        Loading(Connection connection, Topic fence) {
            this.connection = connection;
            this.fence = fence;
        }

        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean fromRetained) {
            connection.withSession(session -> session.settle(deliveryId, Settlement.ACCEPTED));
            if (message.topic().equals(fence)) {
                complete.complete(null);
                return;
            }
            try {
                letters.add(form.read(message, scheduler.nowMillis()));
            } catch (IllegalArgumentException foreign) {
                LOG.warn("{} holds no dead letter: {}", message.topic(), foreign.getMessage());
            }
        }

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {}
    }
}
