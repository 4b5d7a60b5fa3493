package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.Bus;
import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RemoteTest {
    @Message(name = "price-of", version = "1.2")
    record PriceOf(String item) implements Command<Price> {}

    record Price(int cents, String currency) {}

    @Message(name = "ordered", topic = "shop.orders")
    record Ordered(String item, int count) implements Event {}

    @Message(name = "internal", scope = Message.Scope.PROCESS)
    record Internal(String text) implements Event {}

    record Plain(String text) implements Event {}

    private final LoopbackTransport transport = new LoopbackTransport();

    private Bus bus(String name) {
        return Bus.over(transport)
                .name(name)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
    }

    @Test
    void anEventReachesEveryProcessThatSubscribesTheSendersIncluded() {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Bus a = bus("a");
                Bus b = bus("b")) {
            a.subscribe(Ordered.class, ordered -> heard.add("a " + ordered));
            b.subscribe(Ordered.class, ordered -> heard.add("b " + ordered));
            assertThat(a.publish(new Ordered("book", 2))).isEqualTo(PublishResult.ACCEPTED);
            await().untilAsserted(() -> assertThat(heard)
                    .containsExactlyInAnyOrder("a Ordered[item=book, count=2]", "b Ordered[item=book, count=2]"));
            await().untilAsserted(() ->
                    assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED, Settlement.ACCEPTED));
        }
        assertThat(transport.published.getFirst().topic().text()).isEqualTo("shop/orders");
        assertThat(transport.published.getFirst().payloadText()).isEqualTo("{\"item\":\"book\",\"count\":2}");
    }

    @Test
    void whatHasNoNameForTheOutsideStaysInside() {
        List<Object> heard = new CopyOnWriteArrayList<>();
        try (Bus a = bus("a");
                Bus b = bus("b")) {
            a.subscribe(Plain.class, heard::add);
            a.subscribe(Internal.class, heard::add);
            b.subscribe(Plain.class, heard::add);
            a.publish(new Plain("x"));
            a.publish(new Internal("y"));
            await().untilAsserted(() -> assertThat(heard).containsExactlyInAnyOrder(new Plain("x"), new Internal("y")));
        }
        assertThat(transport.published).isEmpty();
    }

    @Test
    void aCommandGoesToTheProcessThatHandlesItAndItsTypedAnswerComesBack() {
        try (Bus a = bus("a");
                Bus b = bus("b")) {
            b.handle(PriceOf.class, question -> new Price(question.item().length(), "EUR"));
            assertThat(a.execute(new PriceOf("book")).orElseThrow()).isEqualTo(new Price(4, "EUR"));
            assertThat(a.executeAsync(new PriceOf("books")).join().orElseThrow())
                    .isEqualTo(new Price(5, "EUR"));
        }
    }

    @Test
    void aCommandThatNoProcessHandlesIsAnsweredAtOnce() {
        try (Bus a = bus("a")) {
            assertThat(a.execute(new PriceOf("book")))
                    .isInstanceOfSatisfying(
                            CommandResult.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.NO_HANDLER));
        }
    }

    @Test
    void aFailureElsewhereComesBackAsOneWithItsClassAndText() {
        try (Bus a = bus("a");
                Bus b = bus("b")) {
            b.handle(PriceOf.class, question -> {
                throw new IllegalStateException("not for sale");
            });
            assertThat(a.execute(new PriceOf("book"))).isInstanceOfSatisfying(CommandResult.Failure.class, failure -> {
                assertThat(failure.error())
                        .isInstanceOf(RemoteFailureException.class)
                        .hasMessage("java.lang.IllegalStateException: not for sale");
                assertThat(failure.attempts()).isEqualTo(1);
            });
        }
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsATimeout() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (Bus a = bus("a");
                Bus b = bus("b")) {
            b.handle(PriceOf.class, question -> {
                begun.countDown();
                never.await();
                return new Price(1, "EUR");
            });
            // What arrives when its time is over is refused by the other side: then a longer one is tried.
            Duration timeout = Duration.ofMillis(50);
            CommandResult<Price> result = a.execute(new PriceOf("book"), SendOptions.DEFAULT.withTimeout(timeout));
            while (begun.getCount() > 0 && timeout.toMinutes() == 0) {
                timeout = timeout.multipliedBy(4);
                result = a.execute(new PriceOf("book"), SendOptions.DEFAULT.withTimeout(timeout));
            }
            assertThat(result)
                    .isInstanceOfSatisfying(
                            CommandResult.Failure.class,
                            failure -> assertThat(failure.error()).isInstanceOf(TimeoutException.class));
            never.countDown();
        }
    }

    @Test
    void theEnvelopeCrossesWithTheMessage() {
        List<Envelope<?>> seen = new CopyOnWriteArrayList<>();
        try (Bus a = bus("a");
                Bus b = bus("b")) {
            b.subscribe(Ordered.class, ordered -> seen.add(CurrentMessage.envelope()));
            a.publish(
                    new Ordered("book", 1),
                    SendOptions.DEFAULT
                            .withHeader("region", "eu")
                            .withFrom("till")
                            .withOrderingKey("k")
                            .withIdempotencyKey("i")
                            .withCorrelationId("case-7"));
            await().untilAsserted(() -> assertThat(seen).hasSize(1));
        }
        Envelope<?> envelope = seen.getFirst();
        assertThat(envelope.id())
                .isEqualTo(transport.published.getFirst().properties().id());
        assertThat(envelope.header("region")).isEqualTo("eu");
        assertThat(envelope.headers().size()).isEqualTo(1);
        assertThat(envelope.from()).contains("till");
        assertThat(envelope.orderingKey()).contains("k");
        assertThat(envelope.idempotencyKey()).contains("i");
        assertThat(envelope.correlationId()).isEqualTo("case-7");
    }

    @Test
    void onATransportThatCannotRetainWhatFailsForGoodIsADeadLetterOfTheTransportNotOfTheBus() {
        try (Bus a = bus("a")) {
            a.subscribe(Ordered.class, ordered -> {
                throw new IllegalStateException("broken");
            });
            a.publish(new Ordered("book", 1));
            await().untilAsserted(() ->
                    assertThat(transport.settlements).containsExactly(new Settlement.Rejected("delivery_limit")));
            assertThat(a.deadLetters().size()).isZero();
        }
    }

    @Test
    void bytesThatAreNoMessageOfTheTypeAreRejected() {
        try (Bus a = bus("a")) {
            a.subscribe(Ordered.class, ordered -> {});
            transport.publish(io.signalbox.message.Message.to(Topic.ofMqtt("shop/orders"))
                    .payload("not json")
                    .build());
            await().untilAsserted(() ->
                    assertThat(transport.settlements).containsExactly(new Settlement.Rejected("payload_unreadable")));
        }
    }

    @Message(name = "ordered", version = "1.3", accepts = "[1,1.3]", topic = "shop.orders")
    record OrderedLater(String item, int count, String note) implements Event {}

    @Message(name = "ordered", version = "2", topic = "shop.orders")
    record OrderedNewest(String item) implements Event {}

    @Test
    void aVersionOutsideOfWhatTheClassAcceptsIsRejected() {
        List<Object> heard = new CopyOnWriteArrayList<>();
        try (Bus old = bus("old");
                Bus later = bus("later");
                Bus newest = bus("newest")) {
            later.subscribe(OrderedLater.class, heard::add);
            newest.subscribe(OrderedNewest.class, heard::add);
            old.publish(new Ordered("book", 1));
            await().untilAsserted(() -> assertThat(transport.settlements)
                    .containsExactlyInAnyOrder(Settlement.ACCEPTED, new Settlement.Rejected("schema_mismatch")));
            assertThat(heard).hasSize(1).first().isInstanceOf(OrderedLater.class);
        }
    }

    @Test
    void aFilterByVersionAsksForThatOfTheMessageNotOfTheClassItWasReadAs() {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Bus old = bus("old");
                Bus later = bus("later")) {
            later.subscribe(
                    OrderedLater.class,
                    ordered -> heard.add("of 1"),
                    HandlerOptions.DEFAULT.withFilter(Filter.schemaVersion("1")));
            later.subscribe(
                    OrderedLater.class,
                    ordered -> heard.add("of 1.3"),
                    HandlerOptions.DEFAULT.withFilter(Filter.schemaVersion("1.3")));
            old.publish(new Ordered("book", 1));
            later.publish(new OrderedLater("book", 1, ""));
            await().untilAsserted(() -> assertThat(heard).containsExactlyInAnyOrder("of 1", "of 1.3"));
        }
    }

    @Test
    void aDurableSubscriptionKeepsWhatComesWhileItsProcessIsAway() {
        List<String> heard = new CopyOnWriteArrayList<>();
        Bus first = Bus.over(transport).durable("billing").build();
        first.subscribe(Ordered.class, ordered -> heard.add("first " + ordered.item()));
        first.close();
        try (Bus other = bus("other")) {
            other.publish(new Ordered("book", 1));
        }
        try (Bus second = Bus.over(transport).durable("billing").build()) {
            second.subscribe(Ordered.class, ordered -> heard.add("second " + ordered.item()));
            await().untilAsserted(() -> assertThat(heard).containsExactly("second book"));
        }
    }

    @Test
    void whatIsDeliveredTwiceIsHandledOnceWithAnInbox() {
        AtomicInteger calls = new AtomicInteger();
        try (Bus a = Bus.over(transport).name("a").inbox(new MemoryInbox()).build()) {
            a.subscribe(Ordered.class, ordered -> calls.incrementAndGet());
            a.publish(new Ordered("book", 1));
            await().untilAsserted(() -> assertThat(transport.settlements).hasSize(1));
            transport.publish(transport.published.getFirst());
            await().untilAsserted(() -> assertThat(transport.settlements).hasSize(2));
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void anOutboxHoldsWhatIsPublishedUntilItIsSentInOrder() {
        ListOutbox outbox = new ListOutbox();
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Bus a = Bus.over(transport).name("a").outbox(outbox).build();
                Bus b = bus("b")) {
            b.subscribe(Ordered.class, ordered -> heard.add(ordered.item()));
            transport.answers.refuseAll(new Refusal(ReasonCode.STORAGE_FULL, "no room"));
            for (int i = 0; i < 5; i++) {
                assertThat(a.publish(new Ordered("i" + i, i), SendOptions.DEFAULT.withOrderingKey("one")))
                        .isEqualTo(PublishResult.ACCEPTED);
            }
            await().untilAsserted(() -> assertThat(outbox.asked()).isPositive());
            assertThat(outbox.payloads()).hasSize(5);
            transport.answers.refuseAll(null);
            await().untilAsserted(() -> assertThat(heard).hasSize(5));
            assertThat(heard).contains("i0", "i1", "i2", "i3", "i4");
            assertThat(transport.published.stream().map(io.signalbox.message.Message::payloadText))
                    .isSorted();
            await().untilAsserted(() -> assertThat(outbox.payloads()).isEmpty());
        }
    }

    @Test
    void aRefusalOfTheTransportIsThePublishersAnswer() {
        try (Bus a = bus("a")) {
            transport.answers.refuseAll(new Refusal(ReasonCode.STORAGE_FULL, "no room"));
            assertThat(a.publish(new Ordered("book", 1)))
                    .isInstanceOfSatisfying(PublishResult.Refused.class, refused -> {
                        assertThat(refused.reason()).isEqualTo(Reason.TRANSPORT);
                        assertThat(refused.detail()).isEqualTo("storage-full: no room");
                    });
            assertThat(a.execute(new PriceOf("book")))
                    .isInstanceOfSatisfying(
                            CommandResult.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.TRANSPORT));
        }
    }

    @Test
    void anErrorOfAnAnswerThatCannotBeReadIsAFailureNotAHang() {
        try (Bus a = bus("a")) {
            var pending = a.executeAsync(new PriceOf("book"));
            assertThat(pending.join()).isInstanceOf(CommandResult.Rejected.class);
            io.signalbox.message.Message stray = io.signalbox.message.Message.to(Topic.ofMqtt("bus-replies/a"))
                    .properties(MessageProperties.builder()
                            .kind(MessageKind.RESPONSE)
                            .correlation(new byte[] {1})
                            .build())
                    .build();
            transport.publish(stray);
            await().untilAsserted(() -> assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED));
        }
    }

    @Test
    void aLoopThroughTheTransportEndsWhereOneInsideWould() {
        try (Bus a = Bus.over(transport).name("a").depthMax(10).build()) {
            List<PublishResult> answers = new CopyOnWriteArrayList<>();
            a.subscribe(Ordered.class, ordered -> answers.add(a.publish(new Ordered("again", ordered.count() + 1))));
            a.publish(new Ordered("first", 0));
            await().untilAsserted(() -> assertThat(answers).hasSize(11));
            // They have no order: the next round may have its answer before this one has.
            assertThat(answers)
                    .filteredOn(answer -> !answer.isAccepted())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            PublishResult.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_DEEP));
        }
    }

    interface ShopEvent extends Event {}

    @Message(name = "opened")
    record Opened(String shop) implements ShopEvent {}

    @Test
    void aHandlerOfAnOpenSuperTypeHearsOfTheClassesThatTheBusWasTold() {
        List<Object> told = new CopyOnWriteArrayList<>();
        List<Object> untold = new CopyOnWriteArrayList<>();
        try (Bus a = Bus.over(transport).name("a").types(Opened.class).build();
                Bus b = bus("b");
                Bus c = bus("c")) {
            var registration = a.subscribe(ShopEvent.class, told::add);
            b.subscribe(ShopEvent.class, untold::add);
            c.publish(new Opened("corner"));
            await().untilAsserted(() -> assertThat(told).containsExactly(new Opened("corner")));
            registration.close();
            assertThat(c.publish(new Opened("closed again"))).isEqualTo(PublishResult.NO_SUBSCRIBERS);
        }
        assertThat(untold).isEmpty();
    }

    @Test
    void aMessageOfASessionThatIsClosedIsRefusedBeforeItLeaves() {
        try (Bus a = bus("a")) {
            var session = a.session("s");
            session.close();
            assertThat(session.publish(new Ordered("book", 1)))
                    .isInstanceOfSatisfying(
                            PublishResult.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.SESSION_CLOSED));
        }
        assertThat(transport.published).isEmpty();
    }

    @Test
    void theHandlersOfASessionLeaveTheTransportWithIt() {
        try (Bus a = bus("a");
                Bus b = bus("b")) {
            try (var session = b.session("s")) {
                session.handle(PriceOf.class, question -> new Price(1, "EUR"));
                try (var same = a.session("s")) {
                    assertThat(same.execute(new PriceOf("book")).orElseThrow()).isEqualTo(new Price(1, "EUR"));
                }
                assertThat(a.execute(new PriceOf("book"))).isInstanceOf(CommandResult.Rejected.class);
            }
            try (var same = a.session("s")) {
                assertThat(same.execute(new PriceOf("book"))).isInstanceOf(CommandResult.Rejected.class);
            }
        }
    }
}
