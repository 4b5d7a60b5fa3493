package io.signalbox.configuration.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.codec.CodecProvider;
import io.signalbox.codec.Codecs;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.composite.strategy.Stop;
import io.signalbox.transports.memory.MemoryTransport;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What passes an archive on its way to the target, when the target refuses what went before. */
final class ArchiveFirstTest {
    private static final Set<Thread.State> STANDS =
            EnumSet.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

    private static final class Slow extends ForwardingTransport {
        final List<PublishCallback> callbacks = new CopyOnWriteArrayList<>();
        final CountDownLatch onItsWay = new CountDownLatch(1);
        final CountDownLatch goesOn = new CountDownLatch(1);
        volatile boolean refusing;

        Slow() {
            super(MemoryTransport.open());
        }

        @Override
        public void publish(Message message, PublishCallback callback, long context) {
            if (message.payloadText().equals("second")) {
                onItsWay.countDown();
                ArchiveFirstTest.await(goesOn);
            }
            if (refusing) {
                callback.refused(context, new Refusal(ReasonCode.BUSY, "away"));
                return;
            }
            callbacks.add(callback);
        }
    }

    private final Slow target = new Slow();
    private final ScriptedTransport archive = new ScriptedTransport("archive");
    private final ArchiveFirst far = new ArchiveFirst(
            target,
            archive,
            new ArchiveSelection(new MessageSelection(
                    Codecs.of(ServiceLoader.load(CodecProvider.class).stream()
                            .map(ServiceLoader.Provider::get)
                            .toList()),
                    null,
                    null,
                    null)),
            new Stop(Duration.ofHours(1)));

    @AfterEach
    void close() {
        target.close();
        archive.close();
    }

    private void send(String payload) {
        send(payload, PublishCallback.IGNORE);
    }

    private void send(String payload, PublishCallback callback) {
        far.passage(Message.to(Topic.ofMqtt("a")).payload(payload).build()).send(callback);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRefusalIsNotOverWhileALaterOneIsOnItsWay() throws InterruptedException {
        send("first");
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> target.callbacks.size() == 1);
        Thread sending = Thread.ofPlatform().start(() -> send("second"));
        await(target.onItsWay);
        Thread refusing = Thread.ofPlatform()
                .start(() -> target.callbacks.getFirst().refused(0, new Refusal(ReasonCode.BUSY, "away")));
        try {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> STANDS.contains(refusing.getState()));
            assertThat(refusing.isAlive()).isTrue();
        } finally {
            target.goesOn.countDown();
            sending.join();
            refusing.join();
        }
        assertThat(target.callbacks).hasSize(2);
        send("third");
        assertThat(target.callbacks).as("nothing is sent after the refusal").hasSize(2);
    }

    /**
     * The bridge's stop and this one's: whoever sends to the target and hears a refusal must not wait for whoever sends to
     * the archive and hears one there.
     */
    @Test
    void theStopsOfTheBridgeAndOfTheArchiveDoNotWaitForEachOther() {
        Stop bridges = new Stop(Duration.ofMinutes(1));
        PublishCallback ofBridge = new PublishCallback() {
            @Override
            public void published(long context, Outcome outcome, Durability reached, long sequence) {}

            @Override
            public void refused(long context, Refusal refusal) {
                bridges.begin();
            }
        };
        archive.holdAnswers();
        send("second", ofBridge); // it is the one that waits at the target
        target.refusing = true;
        Thread archived = Thread.ofVirtual().start(archive::answerBackwards);
        await(target.onItsWay);
        archive.refuse(ReasonCode.BUSY);
        Thread lane = Thread.ofVirtual().start(() -> bridges.unlessStopped(() -> send("third", ofBridge)));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> STANDS.contains(lane.getState()));
        target.goesOn.countDown();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> !lane.isAlive() && !archived.isAlive() && bridges.isOn());
    }
}
