package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.handler.CommandFunction;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.lifecycle.SessionEnded;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.codec.Codecs;
import io.signalbox.error.ReasonCode;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RemoteSessionTest extends Remote {
    @Test
    void whatASessionHasPublishedIsHandledBeforeItEnds() {
        Bus bus = open("a");
        Session session = bus.session("job");
        session.subscribe(Paid.class, paid -> heard.add(paid.number()));
        IntStream.range(0, 5).forEach(i -> session.publish(new Paid(i), SendOptions.DEFAULT.withOrderingKey("k")));
        assertThat(session.close(Duration.ofSeconds(5))).isZero();
        assertThat(heard).containsExactly(0, 1, 2, 3, 4);
        time.run();
        assertThat(transport.settlements).hasSize(5).containsOnly(Settlement.ACCEPTED);
    }

    @Test
    void aSessionDoesNotWaitForWhatWillNotComeBack() {
        Bus bus = open("a");
        open("b").subscribe(Shipped.class, shipped -> {});
        Session session = bus.session("job");
        session.subscribe(Paid.class, paid -> heard.add(paid.number()));
        session.publish(new Shipped(1)); // for others alone
        transport.answers.refuseAll(new Refusal(ReasonCode.STORAGE_FULL, "no room"));
        assertThat(session.publish(new Paid(1))).isInstanceOf(PublishResult.Refused.class);
        long before = time.nanoTime();
        assertThat(session.close(Duration.ofSeconds(5))).isZero();
        assertThat(time.nanoTime()).isEqualTo(before);
        transport.answers.refuseAll(null);
    }

    @Test
    void norForWhatIsSetAsideInTheOutbox() {
        Session session = open(over("a").outbox(new ListOutbox())).session("job");
        session.subscribe(Paid.class, paid -> heard.add(paid.number()));
        transport.answers.refuseForGood(message -> true);
        session.publish(new Paid(1));
        time.advance(Duration.ofSeconds(1));
        long before = time.nanoTime();
        assertThat(session.close(Duration.ofSeconds(5))).isZero();
        assertThat(time.nanoTime()).isEqualTo(before);
        transport.answers.refuseNone();
    }

    @Test
    void whatComesBackWhenTheSessionIsOverIsRejectedAsSessionClosed() {
        Bus bus = open("a");
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        Session session = bus.session("job");
        session.publish(new Paid(1));
        assertThat(session.close(null)).isEqualTo(1);
        time.run();
        assertThat(heard).isEmpty();
        assertThat(transport.settlements).containsExactly(new Settlement.Rejected("session_closed"));
    }

    @Test
    void nestedSessionsShareOneTimeout() {
        Bus bus = open("a");
        Session outer = bus.session("outer");
        for (int i = 0; i < 3; i++) {
            Session inner = outer.session("inner " + i);
            inner.handle(StockOf.class, question -> 1);
            inner.subscribe(
                    Inside.class,
                    inside -> {
                        throw new IllegalStateException("later");
                    },
                    HandlerOptions.DEFAULT.withRetry(RetryPolicy.delivery()));
            inner.publish(new Inside(i));
        }
        time.run();
        long before = time.nanoTime();
        outer.close(Duration.ofMillis(500));
        assertThat(Duration.ofNanos(time.nanoTime() - before)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void aTransportThatDoesNotEndItsSubscriptionsKeepsNoSession() {
        Bus bus = open("a");
        List<String> ended = new ArrayList<>();
        bus.subscribe(SessionEnded.class, end -> ended.add(end.sessionId()));
        Session session = bus.session("job");
        session.handle(StockOf.class, question -> 1);
        transport.faults.beforeUnsubscribing(() -> {
            throw new IllegalStateException("no answer");
        });
        assertThat(session.close(null)).isZero();
        transport.faults.none();
        open("c").session("job").executeAsync(new StockOf("x"));
        time.run();
        // What could not be ended is ended when the first comes for it.
        assertThat(transport.filters("a")).noneMatch(filter -> filter.startsWith("bus-sessions/"));
        assertThat(ended).containsExactly("job");
        assertThat(bus.status().openSessions()).isZero();
        transport.faults.none();
        Session next = bus.session("job");
        next.handle(StockOf.class, question -> 2);
        assertThat(open("b").session("job").execute(new StockOf("x")).orElseThrow())
                .isEqualTo(2);
    }

    @Test
    void whatIsRegisteredWhileASessionEndsEndsWithIt() {
        Bus bus = open("a");
        Session session = bus.session("job");
        transport.faults.beforeSubscribing(() -> session.close(null));
        assertThatThrownBy(() -> session.handle(StockOf.class, question -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'job' is closed");
        assertThat(transport.filters("a")).noneMatch(filter -> filter.startsWith("bus-sessions/"));
    }

    record Inside(int number) implements Event {}

    @Test
    void aHandlerThatIsRegisteredWhileAnotherLeavesIsHeard() throws InterruptedException {
        List<Integer> second = new CopyOnWriteArrayList<>();
        CountDownLatch leaving = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Bus bus = Bus.over(transport).name("a").build()) {
            Registration first = bus.subscribe(Paid.class, paid -> {});
            transport.faults.beforeUnsubscribing(() -> {
                leaving.countDown();
                awaitUninterruptibly(goOn);
            });
            Thread leaver = Thread.ofPlatform().start(first::close);
            leaving.await();
            Thread comer =
                    Thread.ofPlatform().start(() -> bus.subscribe(Paid.class, paid -> second.add(paid.number())));
            // Either it waits for the other to be gone, or it believes that it is in force.
            await().until(() -> comer.getState() != Thread.State.RUNNABLE && comer.getState() != Thread.State.NEW);
            goOn.countDown();
            leaver.join();
            comer.join();
            transport.faults.beforeUnsubscribing(() -> {});
            assertThat(bus.publish(new Paid(7))).isEqualTo(PublishResult.ACCEPTED);
            await().untilAsserted(() -> assertThat(second).containsExactly(7));
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingIsRememberedOfASessionThatIsOver() {
        RemoteLink link = new RemoteLink(
                transport,
                new RemoteOptions(
                        "a",
                        true,
                        Absence.DEFAULT,
                        Codecs.load(),
                        null,
                        null,
                        Duration.ofSeconds(30),
                        1_000,
                        List.of()),
                time);
        link.start(new NoArrivals());
        CommandFunction<StockOf, Integer> one = question -> 1;
        var entry = new HandlerEntry.OfCommand(StockOf.class, "stock", HandlerOptions.DEFAULT, one);
        link.registered(entry, "s").close();
        link.registered(entry, null).close();
        assertThat(link.subscriptions().hadType(Topic.ofMqtt("bus/stock-of"))).isTrue();
        assertThat(link.subscriptions().hadType(Topic.ofMqtt("bus-sessions/s/bus/stock-of")))
                .isFalse();
        link.close();
    }
}
