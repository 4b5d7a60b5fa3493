package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.Bus;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.schedule.VirtualThreads;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Refusal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** How a bus leaves its transport. */
class RemoteCloseTest {
    @Message(name = "ask")
    record Ask(String text) implements Command<String> {}

    @Message(name = "told")
    record Told(String text) implements Event {}

    record Inside() implements Event {}

    private final LoopbackTransport transport = new LoopbackTransport();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    /** Until it takes nothing more from outside. */
    private static void awaitClosing(Bus bus) {
        await().until(() -> bus.publish(new Inside()) instanceof PublishResult.Refused);
    }

    @Test
    void handlersGetTheAnswersThatTheyWaitFor() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        try (Bus a = Bus.over(transport).build();
                Bus b = Bus.over(transport).build()) {
            b.handle(Ask.class, ask -> {
                asked.countDown();
                awaitClosing(a);
                return "answer to " + ask.text();
            });
            a.subscribe(
                    Told.class,
                    told -> heard.add(a.execute(new Ask(told.text())).orElseThrow()));
            a.publish(new Told("question"));
            asked.await();
            a.close();
            assertThat(heard).containsExactly("answer to question");
        }
    }

    @Test
    void whatArrivesMeanwhileIsLeftToTheNextOfItsName() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        try (Bus sender = Bus.over(transport).build()) {
            Bus first = Bus.over(transport).durable("billing").build();
            first.subscribe(Told.class, told -> {
                begun.countDown();
                awaitClosing(first);
                sender.publish(new Told("second"));
                heard.add("first: " + told.text());
            });
            sender.publish(new Told("first"));
            begun.await();
            first.close();
            assertThat(heard).containsExactly("first: first");
            try (Bus next = Bus.over(transport).durable("billing").build()) {
                next.subscribe(Told.class, told -> heard.add("next: " + told.text()));
                await().untilAsserted(() -> assertThat(heard).containsExactly("first: first", "next: second"));
            }
        }
    }

    @Test
    void aBusThatItsTransportRefusesLeavesNothingBehind() {
        LoopbackTransport refusing = LoopbackTransport.retaining();
        refusing.answers.refuseAll(new Refusal(ReasonCode.NOT_AUTHORIZED, "not you"));
        VirtualThreads threads = new VirtualThreads("billing");
        assertThatThrownBy(() ->
                        Bus.over(refusing).name("billing").scheduler(threads).build())
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining("not you");
        assertThat(refusing.sessions()).isEmpty();
        assertThatThrownBy(() -> threads.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
