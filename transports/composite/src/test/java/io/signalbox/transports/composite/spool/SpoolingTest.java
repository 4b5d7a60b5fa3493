package io.signalbox.transports.composite.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.log.Appender;
import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.SwitchedTransport;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A service goes on while its transport is away. */
class SpoolingTest extends SpoolingFixture {
    private final SimulatedFileStore disk = new SimulatedFileStore();

    @Test
    void anOutageChangesNeitherTheOrderNorTheNumberOfMessages() throws IOException {
        open(config());
        publishMany("before", 200);
        target.mode(Mode.DOWN);
        publishMany("during", 500);
        assertThat(spooling.status().pendingCount()).isEqualTo(500);
        assertThat(spooling.health().status()).isEqualTo(Health.Status.DEGRADED);
        target.mode(Mode.UP);
        publishMany("after", 200);
        awaitDrained();
        List<String> all = new ArrayList<>(numbered("before", 200));
        all.addAll(numbered("during", 500));
        all.addAll(numbered("after", 200));
        assertThat(target.takenTexts()).containsExactlyElementsOf(all);
        assertThat(spooling.status().pendingCount()).isZero();
        assertThat(spooling.health()).isEqualTo(Health.UP);
    }

    @Test
    void whatWasUnderWayWhenItFailedGoesBeforeWhatCameLater() throws IOException {
        open(config().withAnswerTimeout(SILENCE));
        target.mode(Mode.HANGING);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < 100; i++) {
            spooling.publish(message("m" + i), answers, i);
        }
        target.mode(Mode.REFUSING);
        spooling.publish(message("m100"), answers, 100);
        spooling.publish(message("m101"), answers, 101);
        answers.awaitAnswers(102);
        assertThat(answers.refusals()).isEmpty();
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(target.takenTexts().stream().distinct()).containsExactlyElementsOf(numbered("m", 102));
    }

    @Test
    void aSpooledMessageIsOnDiskWhenItIsAcknowledged() throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        assertThat(publish("x").durability()).isEqualTo(Durability.SYNCED);
        assertThat(spooling.guarantees().durability()).startsWith(Durability.SYNCED + ": ");
        assertThat(spooling.guarantees().lossWindow()).contains("the disk of " + config().directory());
        Path copy = folder.resolve("copy");
        copyFolder(config().directory(), copy);
        SwitchedTransport other = Brokers.switched();
        try (SpoolingTransport again = new SpoolingTransport(
                other, SpoolConfig.in(copy), RefusedMessages.at((message, refusal) -> {}), TimeSource.monotonic())) {
            Awaitility.await().atMost(PATIENCE).until(() -> !again.status().spooling());
            assertThat(other.takenTexts()).containsExactly("x");
        }
    }

    /** What a crash at this moment would leave, but for the lock. */
    private static void copyFolder(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.getFileName().toString().toLowerCase(Locale.ROOT).contains("lock")) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
    }

    @Test
    void aRestartOfTheServiceKeepsWhatWaits() throws IOException {
        target = new SwitchedTransport(Brokers.open(disk, TimeSource.monotonic()));
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 300);
        spooling.close();
        target = new SwitchedTransport(Brokers.open(disk, TimeSource.monotonic()));
        target.mode(Mode.DOWN);
        open(config());
        publishMany("n", 10);
        assertThat(target.taken()).isEmpty();
        target.mode(Mode.UP);
        awaitDrained();
        List<String> all = new ArrayList<>(numbered("m", 300));
        all.addAll(numbered("n", 10));
        assertThat(target.takenTexts()).containsExactlyElementsOf(all);
    }

    @Test
    void whatIsDrainedIsNotDrainedAgainAfterARestart() throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 50);
        target.mode(Mode.UP);
        awaitDrained();
        spooling.close();
        target = Brokers.switched();
        open(config());
        publish("later");
        assertThat(target.takenTexts()).containsExactly("later");
    }

    @Test
    void aPublisherThatThrowsAtItsAnswerDoesNotEndTheSpool() throws IOException {
        open(config().withAcknowledge(Durability.BUFFERED));
        target.mode(Mode.DOWN);
        spooling.publish(
                message("x"),
                new PublishCallback() {
                    @Override
                    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                        throw new IllegalStateException("on purpose");
                    }

                    @Override
                    public void refused(long context, Refusal refusal) {}
                },
                0);
        publish("y");
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(target.takenTexts()).containsExactly("x", "y");
    }

    @Test
    void aRecordThatIsNoMessageIsPassedOverOnceAndForAll() throws IOException {
        try (Log log = Log.open(LogConfig.defaults(config().directory()))) {
            Appender appender = log.appender();
            appender.append(0, 0, 0, 1, new byte[] {1, 99}, 0, 2);
            appender.commit();
        }
        open(config());
        target.mode(Mode.DOWN);
        publish("1");
        publish("2");
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(spooling.status().gapCount()).isEqualTo(1);
        assertThat(spooling.status().pendingCount()).isZero();
        target.mode(Mode.DOWN);
        publish("3");
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(target.takenTexts()).containsExactly("1", "2", "3");
        assertThat(spooling.status().gapCount()).isEqualTo(1);
    }

    /** An older program that took its record for damaged would lose a message that was acknowledged. */
    @Test
    void whatALaterProgramHasSpooledIsLeftToThatProgram() throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publish("1");
        spooling.close();
        try (Log log = Log.open(LogConfig.defaults(config().directory()))) {
            Appender appender = log.appender();
            appender.append(0, 0, 0, 1, new byte[] {2, 0}, 0, 2);
            appender.commit();
        }
        for (int i = 0; i < 2; i++) { // the first refusal has left the folder free
            target = Brokers.switched();
            assertThatThrownBy(() -> open(config()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("messages of version 2")
                    .hasMessageContaining(config().directory().toString());
        }
    }

    @Test
    void whatAnOutageFindsUnderWayIsAllTakenIn() throws IOException {
        open(config().withAnswerTimeout(SILENCE));
        target.mode(Mode.HANGING);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < 40_000; i++) {
            spooling.publish(message("m" + i), answers, i);
        }
        answers.awaitAnswers(40_000);
        assertThat(answers.refusals()).isEmpty();
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(spooling.status().pendingCount()).isZero();
    }

    @Test
    void howeverOftenASpooledMessageIsTriedItIsOneMessage() throws IOException {
        open(config().withAnswerTimeout(SILENCE));
        target.mode(Mode.DOWN);
        publish("x");
        target.mode(Mode.SILENT);
        Awaitility.await().atMost(PATIENCE).until(() -> target.taken().size() >= 2);
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(target.taken().stream().map(each -> each.properties().id()).distinct())
                .singleElement()
                .isNotNull();
    }

    @Test
    void itClaimsNoMoreThanItsTransportDoesNow() throws IOException {
        open(config());
        assertThat(spooling.capabilities().durability()).isEqualTo(Durability.SYNCED);
        target.durability(Durability.ROUTED);
        assertThat(spooling.capabilities().durability()).isEqualTo(Durability.ROUTED);
        assertThat(spooling.guarantees().durability()).startsWith("ROUTED: ");
    }

    @Test
    void aTransportThatFlapsLosesNothingAndKeepsTheOrderOfAKey() throws Exception {
        long seed = 20_261_126L;
        System.out.println("flapping with seed " + seed);
        open(config());
        Thread flapping = Thread.ofPlatform().start(() -> flap(new Random(seed)));
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        int count = 0;
        while (flapping.isAlive() || count < 2_000) {
            Message message = message(String.valueOf(count)).toBuilder()
                    .properties(MessageProperties.builder().orderingKey("k").build())
                    .build();
            spooling.publish(message, answers, count++);
            if (count % 50 == 0) {
                answers.awaitAnswers(count);
            }
        }
        flapping.join();
        answers.awaitAnswers(count);
        assertThat(answers.refusals()).isEmpty();
        awaitDrained();
        assertThat(target.takenTexts())
                .containsExactlyElementsOf(
                        IntStream.range(0, count).mapToObj(String::valueOf).toList());
    }

    private void flap(Random random) {
        try {
            for (int i = 0; i < 40; i++) {
                target.mode(random.nextBoolean() ? Mode.REFUSING : Mode.DOWN);
                LockSupport.parkNanos(random.nextInt(20_000_000));
                target.mode(Mode.UP);
                LockSupport.parkNanos(random.nextInt(10_000_000));
            }
        } finally {
            target.mode(Mode.UP);
        }
    }

    @Test
    void aLostAnswerMayRepeatAMessageAndLosesNone() throws IOException {
        open(config().withAnswerTimeout(SILENCE));
        target.mode(Mode.SILENT);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < 20; i++) {
            spooling.publish(message("m" + i), answers, i);
        }
        answers.awaitAnswers(20);
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(target.takenTexts().stream().distinct()).containsExactlyElementsOf(numbered("m", 20));
    }

    @Test
    void theDrainKeepsToItsRate() throws IOException {
        open(config().withDrainPerSecondMax(100));
        target.mode(Mode.DOWN);
        publishMany("m", 200);
        target.mode(Mode.UP);
        long began = System.nanoTime();
        awaitDrained();
        // A floor that no slow machine can miss: 200 messages in steps of 10 need 19 pauses of 100 ms.
        assertThat(System.nanoTime() - began).isGreaterThan(1_800_000_000L);
        assertThat(target.takenTexts()).containsExactlyElementsOf(numbered("m", 200));
    }

    @Test
    void aSessionsOwnPublishesAreSpooledToo() throws IOException {
        open(config());
        try (TestClient client = TestClient.open(
                        spooling, SessionOptions.durableSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("a")) {
            client.publish(message("1"), 0);
            target.mode(Mode.DOWN);
            client.publish(message("2"), 0);
            target.mode(Mode.UP);
            awaitDrained();
            client.publish(message("3"), 0);
            client.received().awaitPayloads("1", "2", "3");
        }
    }
}
