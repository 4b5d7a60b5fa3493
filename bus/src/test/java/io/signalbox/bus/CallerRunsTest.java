package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Events with an ordering key on the caller's thread: handled when the call returns, unless their key is busy. */
class CallerRunsTest {
    record Step(String key, int number) implements Event {}

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private static SendOptions key(String key) {
        return SendOptions.DEFAULT.withOrderingKey(key);
    }

    private static Bus bus(int capacity) {
        return Bus.builder()
                .callerRuns()
                .orderingKey(Step.class, Step::key)
                .events(Step.class, s -> s.withCapacity(capacity))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
    }

    @Test
    void whatAHandlerPublishesUnderAnotherKeyIsHandledWhenThatCallReturns() {
        try (Bus bus = bus(10)) {
            bus.subscribe(Step.class, step -> {
                seen.add("begin " + step.key());
                if (step.key().equals("a")) {
                    bus.publish(new Step("b", 1));
                }
                seen.add("end " + step.key());
            });
            bus.publish(new Step("a", 1));
            assertThat(seen).containsExactly("begin a", "begin b", "end b", "end a");
        }
    }

    @Test
    void whatItPublishesUnderItsOwnKeyIsHandledAfterItBeforeTheOutermostCallReturns() {
        Thread self = Thread.currentThread();
        List<Thread> threads = new ArrayList<>();
        try (Bus bus = bus(10)) {
            bus.subscribe(Step.class, step -> {
                threads.add(Thread.currentThread());
                seen.add("begin " + step.number());
                if (step.number() < 3) {
                    assertThat(bus.publish(new Step("a", step.number() + 1))).isEqualTo(PublishResult.ACCEPTED);
                }
                seen.add("end " + step.number());
            });
            bus.publish(new Step("a", 1));
            assertThat(seen).containsExactly("begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3");
            assertThat(threads).containsOnly(self);
            assertThat(bus.ledger().event(Step.class).handled()).isEqualTo(3);
            assertThat(bus.ledger().event(Step.class).pending()).isZero();
        }
    }

    @Test
    void anotherThreadsEventIsHandledOnThatThreadWhileAHandlerBlocks() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Thread> threads = new CopyOnWriteArrayList<>();
        try (Bus bus = bus(10)) {
            bus.subscribe(Step.class, step -> {
                threads.add(Thread.currentThread());
                if (step.key().equals("a") && step.number() == 1) {
                    begun.countDown();
                    goOn.await();
                }
                seen.add(step.key() + step.number());
            });
            Thread first = Thread.ofVirtual().start(() -> bus.publish(new Step("a", 1)));
            begun.await();
            bus.publish(new Step("a", 2)); // behind the first, whose thread will do it
            bus.publish(new Step("b", 1));
            assertThat(seen).containsExactly("b1");
            goOn.countDown();
            first.join();
            assertThat(seen).containsExactly("b1", "a1", "a2");
            assertThat(threads).containsExactly(first, Thread.currentThread(), first);
        }
    }

    @Test
    void whatWaitsBehindABusyKeyIsBounded() {
        List<PublishResult> answers = new ArrayList<>();
        try (Bus bus = bus(2)) {
            bus.subscribe(Step.class, step -> {
                if (step.number() == 1) {
                    for (int i = 2; i <= 4; i++) {
                        answers.add(bus.publish(new Step("a", i)));
                    }
                }
                seen.add("a" + step.number());
            });
            bus.publish(new Step("a", 1));
            assertThat(seen).containsExactly("a1", "a2", "a3");
            assertThat(answers).startsWith(PublishResult.ACCEPTED, PublishResult.ACCEPTED);
            assertThat(answers.getLast())
                    .isInstanceOfSatisfying(
                            PublishResult.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.QUEUE_FULL));
            assertThat(bus.ledger().event(Step.class).accepted()).isEqualTo(3);
            assertThat(bus.ledger().event(Step.class).handled()).isEqualTo(3);
        }
    }

    @Test
    void whatWaitsBehindADeadLetterIsHandledOnTheThreadThatDiscardsIt() {
        try (Bus bus = bus(10)) {
            bus.subscribe(Step.class, step -> {
                if (step.number() == 1) {
                    throw new IllegalStateException("poison");
                }
                seen.add(step.key() + step.number());
            });
            bus.publish(new Step("a", 1));
            bus.publish(new Step("a", 2), key("a"));
            assertThat(seen).isEmpty();
            bus.deadLetters().discard(bus.deadLetters().list().getFirst().id());
            assertThat(seen).containsExactly("a2");
        }
    }
}
