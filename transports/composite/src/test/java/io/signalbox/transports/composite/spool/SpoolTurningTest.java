package io.signalbox.transports.composite.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.SwitchedTransport;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A publish that is on its way to the transport when an earlier one is refused. */
class SpoolTurningTest extends SpoolingFixture {
    private static final Set<Thread.State> STANDS =
            EnumSet.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

    private final List<PublishCallback> callbacks = new CopyOnWriteArrayList<>();
    private final CountDownLatch onItsWay = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** So a transport that refuses what was published before the refusal refuses it too. */
    @Test
    void isThereBeforeTheRefusalIsOver() throws IOException, InterruptedException {
        target = new SwitchedTransport(Brokers.open()) {
            @Override
            public void publish(Message message, PublishCallback callback, long context) {
                if (message.payloadText().equals("second")) {
                    onItsWay.countDown();
                    await(goesOn);
                }
                callbacks.add(callback);
            }
        };
        open(config());
        spooling.publish(message("first"), PublishCallback.IGNORE, 0);
        Thread publishing =
                Thread.ofPlatform().start(() -> spooling.publish(message("second"), PublishCallback.IGNORE, 0));
        await(onItsWay);
        Thread refusing =
                Thread.ofPlatform().start(() -> callbacks.getFirst().refused(0, new Refusal(ReasonCode.BUSY, "away")));
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> STANDS.contains(refusing.getState()));
            assertThat(refusing.isAlive()).isTrue();
        } finally {
            goesOn.countDown();
            publishing.join();
            refusing.join();
        }
        assertThat(callbacks).hasSize(2);
    }
}
