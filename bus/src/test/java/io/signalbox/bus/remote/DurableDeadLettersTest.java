package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.Bus;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.PastErrorException;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.deadletter.UnreadMessage;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Settlement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A bus on a transport that can retain finds its dead letters when it comes back under its name. */
class DurableDeadLettersTest {
    record Inside(String text) implements Event {}

    record Store(String text) implements Command<String> {}

    @Message(name = "invoiced", topic = "shop.invoiced")
    record Invoiced(String text) implements Event {}

    private final LoopbackTransport transport = LoopbackTransport.retaining();
    private final List<String> handled = new CopyOnWriteArrayList<>();

    private Bus bus() {
        return Bus.over(transport)
                .name("billing")
                .commands(Store.class, settings -> settings.withRetry(RetryPolicy.immediately(1)))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
    }

    private static void failing(Bus bus) {
        bus.subscribe(
                Inside.class,
                event -> {
                    throw new IllegalStateException("no\n\tprinter: \u20ac&%");
                },
                HandlerOptions.named("printer"));
        bus.subscribe(
                Invoiced.class,
                event -> {
                    throw new IllegalStateException("broken");
                },
                HandlerOptions.named("invoices"));
    }

    private void working(Bus bus) {
        bus.subscribe(Inside.class, event -> handled.add(event.text()), HandlerOptions.named("printer"));
        bus.subscribe(Invoiced.class, event -> handled.add(event.text()), HandlerOptions.named("invoices"));
    }

    private static DeadLetter onlyLetter(Bus bus) {
        await().untilAsserted(() -> assertThat(bus.deadLetters().list()).hasSize(1));
        return bus.deadLetters().list().getFirst();
    }

    @Test
    void anEventThatNeverLeftTheProcessIsFoundByTheNextOneAndRedriven() {
        DeadLetter before;
        try (Bus first = bus()) {
            failing(first);
            first.publish(
                    new Inside("page 1"),
                    SendOptions.DEFAULT.withHeader("copies", "2").withCorrelationId("case-7"));
            before = onlyLetter(first);
            assertThat(before.durable()).isTrue();
        }
        try (Bus second = bus()) {
            DeadLetter after = onlyLetter(second);
            assertThat(after.id()).isEqualTo(before.id());
            assertThat(after.envelope().id()).isEqualTo(before.envelope().id());
            assertThat(after.envelope().correlationId()).isEqualTo("case-7");
            assertThat(after.envelope().header("copies")).isEqualTo("2");
            assertThat(after.envelope().headers().size()).isEqualTo(1);
            assertThat(after.envelope().timestampMillis())
                    .isEqualTo(before.envelope().timestampMillis());
            assertThat(after.envelope().message()).isInstanceOf(UnreadMessage.class);
            assertThat(after.lastDeath().error())
                    .isInstanceOf(PastErrorException.class)
                    .hasMessage("java.lang.IllegalStateException: no\n\tprinter: \u20ac&%");
            assertThat(after.lastDeath().stackHash())
                    .isEqualTo(before.lastDeath().stackHash());
            assertThat(second.deadLetters().redrive(after.id())).isCompletedWithValue(Redrive.NO_HANDLER);

            working(second);
            assertThat(onlyLetter(second).envelope().message()).isEqualTo(new Inside("page 1"));
            assertThat(second.deadLetters().redrive(after.id()).join()).isEqualTo(Redrive.RESOLVED);
            assertThat(handled).containsExactly("page 1");
        }
        try (Bus third = bus()) {
            assertThat(third.deadLetters().list()).isEmpty();
        }
    }

    @Test
    void deathsAndRedrivesAddUpAcrossProcesses() {
        try (Bus first = bus()) {
            failing(first);
            first.publish(new Inside("page 1"));
            String id = onlyLetter(first).id();
            assertThat(first.deadLetters().redrive(id).join()).isEqualTo(Redrive.FAILED_AGAIN);
        }
        try (Bus second = bus()) {
            failing(second);
            DeadLetter letter = onlyLetter(second);
            assertThat(letter.redrives()).isEqualTo(1);
            assertThat(second.deadLetters().redrive(letter.id()).join()).isEqualTo(Redrive.FAILED_AGAIN);
            DeadLetter again = onlyLetter(second);
            assertThat(again.redrives()).isEqualTo(2);
            assertThat(again.attempts()).isEqualTo(3);
            assertThat(again.deaths()).singleElement().satisfies(death -> {
                assertThat(death.count()).isEqualTo(3);
                assertThat(death.reason()).isEqualTo(Reason.DELIVERY_LIMIT);
            });
        }
    }

    @Test
    void aCommandIsKeptAndRedriven() {
        try (Bus first = bus()) {
            first.handle(Store.class, command -> {
                throw new IllegalStateException("disk full");
            });
            assertThat(first.execute(new Store("x")))
                    .isInstanceOfSatisfying(
                            CommandResult.Failure.class,
                            failure -> assertThat(failure.deadLetterId()).isNotNull());
        }
        try (Bus second = bus()) {
            second.handle(Store.class, command -> {
                handled.add(command.text());
                return "stored";
            });
            assertThat(second.deadLetters().redrive(onlyLetter(second).id()).join())
                    .isEqualTo(Redrive.RESOLVED);
            assertThat(handled).containsExactly("x");
        }
    }

    @Test
    void aDeliveryThatFailedForGoodIsKeptByTheBusAndAcceptedThen() {
        try (Bus first = bus()) {
            failing(first);
            first.publish(new Invoiced("one"));
            assertThat(onlyLetter(first).handler()).isEqualTo("invoices");
            await().untilAsserted(() -> assertThat(transport.settlements)
                    .contains(Settlement.ACCEPTED)
                    .doesNotContain(new Settlement.Rejected("delivery_limit")));
        }
    }

    @Test
    void aDeliveryThatCannotBeKeptIsRejectedForTheTransportToKeep() {
        try (Bus first = bus()) {
            first.subscribe(Invoiced.class, event -> {
                transport.answers.refuseAll(new Refusal(ReasonCode.STORAGE_FULL, "no room"));
                throw new IllegalStateException("broken");
            });
            first.publish(new Invoiced("one"));
            await().untilAsserted(() ->
                    assertThat(transport.settlements).contains(new Settlement.Rejected("delivery_limit")));
            assertThat(first.deadLetters().list()).isEmpty();
            transport.answers.refuseAll(null);
        }
    }

    @Test
    void whatCannotBeKeptOutsideIsKeptInMemoryAndSaysSo() {
        try (Bus first = bus()) {
            first.subscribe(Inside.class, event -> {
                transport.answers.refuseAll(new Refusal(ReasonCode.STORAGE_FULL, "no room"));
                throw new IllegalStateException("broken");
            });
            first.publish(new Inside("one"));
            assertThat(onlyLetter(first).durable()).isFalse();
            transport.answers.refuseAll(null);
        }
    }

    @Test
    void whatComesLaterWaitsBehindADeadLetterOfAnEarlierProcess() {
        SendOptions keyed = SendOptions.DEFAULT.withOrderingKey("customer-7");
        try (Bus first = bus()) {
            failing(first);
            first.publish(new Invoiced("one"), keyed);
            onlyLetter(first);
        }
        try (Bus second = bus()) {
            working(second);
            second.publish(new Invoiced("two"), keyed);
            second.publish(new Invoiced("of another"), SendOptions.DEFAULT.withOrderingKey("customer-8"));
            await().untilAsserted(() -> assertThat(handled).containsExactly("of another"));
            assertThat(second.deadLetters().redrive(onlyLetter(second).id()).join())
                    .isEqualTo(Redrive.RESOLVED);
            await().untilAsserted(() -> {
                transport.offerReleased();
                assertThat(handled).containsExactly("of another", "one", "two");
            });
        }
    }

    @Test
    void whatIsDiscardedIsGoneForTheNextProcessToo() {
        try (Bus first = bus()) {
            failing(first);
            first.publish(new Inside("page 1"));
            assertThat(first.deadLetters().discard(onlyLetter(first).id())).isTrue();
        }
        try (Bus second = bus()) {
            assertThat(second.deadLetters().list()).isEmpty();
        }
    }

    @Test
    void aBusWithoutANameCannotFindThemAgainAndKeepsThemInMemory() {
        try (Bus nameless = Bus.over(transport)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            failing(nameless);
            nameless.publish(new Inside("page 1"));
            assertThat(onlyLetter(nameless).durable()).isFalse();
        }
    }

    @Test
    void whatSomebodyElsePutAmongThemIsLeftAlone() {
        transport.publish(io.signalbox.message.Message.to(Topics.deadLetter("billing", "stranger"))
                .payload("hello")
                .retain(true)
                .build());
        try (Bus bus = bus()) {
            assertThat(bus.deadLetters().list()).isEmpty();
        }
    }

    @Test
    void aMessageThatNobodyCanReadYetIsNotGivenToAHandlerOfEverything() {
        HandlerOptions audit = HandlerOptions.named("audit");
        try (Bus first = bus()) {
            first.subscribe(
                    Object.class,
                    any -> {
                        throw new IllegalStateException("broken");
                    },
                    audit);
            first.publish(new Inside("page 1"));
            onlyLetter(first);
        }
        List<Object> audited = new CopyOnWriteArrayList<>();
        try (Bus second = bus()) {
            second.subscribe(Object.class, audited::add, audit);
            String id = onlyLetter(second).id();
            assertThat(second.deadLetters().redrive(id)).isCompletedWithValue(Redrive.NO_HANDLER);
            assertThat(audited).isEmpty();
            second.subscribe(Inside.class, inside -> {});
            assertThat(second.deadLetters().redrive(id).join()).isEqualTo(Redrive.RESOLVED);
            assertThat(audited).containsExactly(new Inside("page 1"));
        }
    }

    @Test
    void whatDiesBeyondTheBoundIsTheTransportsToKeep() {
        try (Bus first = Bus.over(transport)
                .name("billing")
                .deadLettersMax(1)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            failing(first);
            first.publish(new Invoiced("one"));
            onlyLetter(first);
            first.publish(new Invoiced("two"));
            await().untilAsserted(() ->
                    assertThat(transport.settlements).contains(new Settlement.Rejected("delivery_limit")));
            assertThat(onlyLetter(first).envelope().message()).isEqualTo(new Invoiced("one"));
        }
        try (Bus second = bus()) {
            working(second);
            assertThat(onlyLetter(second).envelope().message()).isEqualTo(new Invoiced("one"));
        }
    }

    @Test
    void aNameThatLastsDoesNotHangOnALineOfCode() {
        try (Bus bus = bus()) {
            bus.subscribe(Inside.class, inside -> {
                throw new IllegalStateException("broken");
            });
            bus.publish(new Inside("page 1"));
            assertThat(onlyLetter(bus).handler())
                    .isEqualTo(DurableDeadLettersTest.class.getName() + ".aNameThatLastsDoesNotHangOnALineOfCode");
        }
    }

    @Test
    void handlersWhoseLettersOutliveThemMayNotHaveOneName() {
        try (Bus bus = bus()) {
            bus.subscribe(Inside.class, inside -> {});
            assertThatThrownBy(() -> bus.subscribe(Inside.class, inside -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(Inside.class.getName())
                    .hasMessageContaining(".handlersWhoseLettersOutliveThemMayNotHaveOneName'")
                    .hasMessageContaining("HandlerOptions.named");
            bus.subscribe(Invoiced.class, invoiced -> {});
        }
    }

    sealed interface Work extends Event permits Cut, Glue {}

    record Cut(int number) implements Work {}

    record Glue(int number) implements Work {}

    private static final SendOptions OF_A_BOARD = SendOptions.DEFAULT.withOrderingKey("board");

    /** The letter of a Cut, edited into a Glue, which died too. */
    private void dieAsAnotherClass() {
        try (Bus first = bus()) {
            first.subscribe(
                    Work.class,
                    work -> {
                        throw new IllegalStateException("no power");
                    },
                    HandlerOptions.named("works"));
            first.publish(new Cut(1), OF_A_BOARD);
            String id = onlyLetter(first).id();
            assertThat(first.deadLetters().redriveEdited(id, new Glue(1)).join())
                    .isEqualTo(Redrive.FAILED_AGAIN);
        }
    }

    @Test
    void aLetterThatWasEditedIntoAnotherClassParksAfterARestartWhatItHadParked() {
        dieAsAnotherClass();
        try (Bus second = bus()) {
            second.subscribe(Work.class, work -> handled.add(work.toString()), HandlerOptions.named("works"));
            second.publish(new Cut(2), OF_A_BOARD);
            second.publish(new Glue(2), OF_A_BOARD);
            await().untilAsserted(() -> assertThat(handled).containsExactly("Glue[number=2]"));
            assertThat(second.ledger().event(Cut.class).pending()).isOne();
            assertThat(second.deadLetters().redrive(onlyLetter(second).id()).join())
                    .isEqualTo(Redrive.RESOLVED);
            await().untilAsserted(() ->
                    assertThat(handled).containsExactly("Glue[number=2]", "Glue[number=1]", "Cut[number=2]"));
        }
    }

    @Test
    void alsoWhereNobodyCanReadWhatItIsNow() {
        dieAsAnotherClass();
        try (Bus second = bus()) {
            second.subscribe(Cut.class, cut -> handled.add(cut.toString()), HandlerOptions.named("works"));
            second.publish(new Cut(2), OF_A_BOARD);
            second.publish(new Cut(3), SendOptions.DEFAULT);
            await().untilAsserted(() -> assertThat(handled).containsExactly("Cut[number=3]"));
            assertThat(second.deadLetters().discard(onlyLetter(second).id())).isTrue();
            await().untilAsserted(() -> assertThat(handled).containsExactly("Cut[number=3]", "Cut[number=2]"));
        }
    }
}
