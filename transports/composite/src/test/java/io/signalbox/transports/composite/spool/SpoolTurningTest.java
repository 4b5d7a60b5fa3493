package io.signalbox.transports.composite.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.SwitchedTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A publish that is on its way to the transport when another one is refused. */
class SpoolTurningTest extends SpoolingFixture {
    private static final Set<Thread.State> STANDS =
            EnumSet.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
    private static final Refusal AWAY = new Refusal(ReasonCode.BUSY, "away");

    /** Whoever waits for it hangs. */
    private static final Duration FOR_GOOD = Duration.ofHours(1);

    private final List<PublishCallback> callbacks = new CopyOnWriteArrayList<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final CountDownLatch bothAreThere = new CountDownLatch(2);
    private final CountDownLatch isBack = new CountDownLatch(1);
    private final CountDownLatch onItsWay = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    @BeforeEach
    void open() throws IOException {
        target = new SwitchedTransport(Brokers.open()) {
            @Override
            public void publish(Message message, PublishCallback callback, long context) {
                if (!seen.add(message.payloadText())) {
                    await(isBack); // it comes again, from the spool, and nothing is drained before
                    super.publish(message, callback, context);
                    return;
                }
                switch (message.payloadText()) {
                    case "one of two", "the other" -> {
                        bothAreThere.countDown();
                        await(bothAreThere);
                        callback.refused(context, AWAY);
                    }
                    case "refuses all" -> {
                        callbacks.getFirst().refused(0, AWAY);
                        callback.refused(context, AWAY);
                    }
                    case "second" -> {
                        onItsWay.countDown();
                        await(goesOn);
                        callbacks.add(callback);
                    }
                    default -> callbacks.add(callback);
                }
            }
        };
        open(config().withAnswerTimeout(Duration.ofMinutes(5)), FOR_GOOD);
    }

    @AfterEach
    void comeBack() {
        isBack.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Thread publishing(String payload) {
        return Thread.ofPlatform().daemon().start(() -> spooling.publish(message(payload), PublishCallback.IGNORE, 0));
    }

    private static void awaitEnd(Thread thread) throws InterruptedException {
        assertThat(thread.join(PATIENCE)).as("it waits for nothing").isTrue();
    }

    /** So a transport that refuses what was published before the refusal refuses it too. */
    @Test
    void isThereBeforeTheRefusalIsOver() throws InterruptedException {
        spooling.publish(message("first"), PublishCallback.IGNORE, 0);
        Thread publishing = publishing("second");
        await(onItsWay);
        Thread refusing =
                Thread.ofPlatform().daemon().start(() -> callbacks.getFirst().refused(0, AWAY));
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> STANDS.contains(refusing.getState()));
            assertThat(refusing.isAlive()).isTrue();
        } finally {
            goesOn.countDown();
            isBack.countDown();
            awaitEnd(publishing);
            awaitEnd(refusing);
        }
        assertThat(callbacks).hasSize(2);
    }

    /** Neither would come to its end before the other. */
    @Test
    void twoThatAreRefusedWithinTheirPublishDoNotWaitForEachOther() throws InterruptedException {
        Thread one = publishing("one of two");
        Thread other = publishing("the other");
        awaitEnd(one);
        awaitEnd(other);
        isBack.countDown();
        awaitDrained();
        isThereBeforeTheRefusalIsOver(); // each has been counted once
    }

    @Test
    void anEarlierOneThatIsRefusedWithinAPublishDoesNotWaitForThat() throws InterruptedException {
        spooling.publish(message("earlier"), PublishCallback.IGNORE, 0);
        awaitEnd(publishing("refuses all"));
        isBack.countDown();
        awaitDrained();
        callbacks.clear();
        isThereBeforeTheRefusalIsOver();
    }
}
