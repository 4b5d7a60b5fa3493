package io.signalbox.transports.composite.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
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
import io.signalbox.topic.Topic;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service goes on while its transport is away. */
class SpoolingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final SimulatedFileStore disk = new SimulatedFileStore();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private SwitchedTransport target = Brokers.switched();

    @SuppressWarnings("NullAway.Init") // each test opens one
    private SpoolingTransport spooling;

    private void open(SpoolConfig config) throws IOException {
        spooling = new SpoolingTransport(
                target,
                config,
                RefusedMessages.at((message, refusal) -> refused.add(message.payloadText() + ": " + refusal.reason())),
                TimeSource.monotonic());
    }

    private SpoolConfig config() {
        return SpoolConfig.in(folder.resolve("spool")).withAnswerTimeout(Duration.ofMillis(500));
    }

    @AfterEach
    void close() {
        spooling.close();
    }

    private static Message message(String payload) {
        return Message.to(Topic.ofMqtt("a")).payload(payload).build();
    }

    private Receipt publish(String payload) {
        return TestClient.get(spooling.publish(message(payload)), PATIENCE);
    }

    private void publishMany(String prefix, int count) {
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < count; i++) {
            spooling.publish(message(prefix + i), answers, i);
        }
        answers.awaitAnswers(count);
        assertThat(answers.refusals()).isEmpty();
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private void awaitDrained() {
        Awaitility.await().atMost(PATIENCE).until(() -> !spooling.status().spooling());
    }

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
        open(config());
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
        assertThat(target.takenTexts()).containsExactlyElementsOf(numbered("m", 102));
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
    void beyondTheQuotaAPublishIsRefusedAndSaysSo() throws IOException {
        open(config().withQuota(1 << 30, 20));
        assertThat(spooling.guarantees().retention()).contains("20 messages or");
        target.mode(Mode.DOWN);
        publishMany("m", 20);
        SignalboxException refusal = catchThrowableOfType(SignalboxException.class, () -> publish("too many"));
        assertThat(refusal.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(refusal).hasMessageContaining("20 messages");
        target.mode(Mode.UP);
        awaitDrained();
        publish("fits again");
        assertThat(target.taken()).hasSize(21);
    }

    @Test
    void theQuotaHoldsForBytesToo() throws IOException {
        open(config().withQuota(5_000, 1_000_000));
        target.mode(Mode.DOWN);
        SignalboxException refusal = catchThrowableOfType(SignalboxException.class, () -> {
            for (int i = 0; i < 1_000; i++) {
                publish("x".repeat(100));
            }
        });
        assertThat(refusal.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(spooling.status().pendingBytes()).isBetween(5_000L, 6_000L);
    }

    @Test
    void whoPublishesAgainWhenItIsRefusedDoesNotDisturbTheOthers() throws IOException {
        open(config().withQuota(1 << 30, 3));
        target.mode(Mode.HANGING);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < 10; i++) {
            Message message = message("m" + i);
            spooling.publish(
                    message,
                    new PublishCallback() {
                        @Override
                        public void published(
                                long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                            answers.published(context, outcome, reached, sequence);
                        }

                        @Override
                        public void refused(long context, Refusal refusal) {
                            spooling.publish(message, answers, context);
                        }
                    },
                    i);
        }
        // None is answered in time: all turn to the spool at once, which takes three of them.
        answers.awaitAnswers(10);
        assertThat(answers.refusals())
                .hasSize(7)
                .allSatisfy((context, refusal) -> assertThat(refusal.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED));
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(target.taken()).hasSize(3);
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
            appender.append(0, 0, 0, 1, new byte[] {99}, 0, 1);
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

    @Test
    void whatAnOutageFindsUnderWayIsAllTakenIn() throws IOException {
        open(config());
        target.mode(Mode.HANGING);
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < 40_000; i++) {
            spooling.publish(message("m" + i), answers, i);
        }
        answers.awaitAnswers(40_000);
        assertThat(answers.refusals()).isEmpty();
        target.mode(Mode.UP);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !spooling.status().spooling());
        assertThat(spooling.status().pendingCount()).isZero();
    }

    @Test
    void oneMessageThatIsNeverTakenDoesNotHoldUpTheOthers() throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 3);
        target.mode(Mode.TOO_LARGE);
        Awaitility.await().atMost(PATIENCE).until(() -> refused.size() == 3);
        awaitDrained();
        target.mode(Mode.UP);
        publish("good");
        assertThat(refused).containsExactly("m0: PAYLOAD_TOO_LARGE", "m1: PAYLOAD_TOO_LARGE", "m2: PAYLOAD_TOO_LARGE");
        assertThat(target.takenTexts()).containsExactly("good");
        assertThat(spooling.status().refusedCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"QUEUE_FULL", "NOT_AUTHORIZED", "NO_RESPONDERS", "PARTIAL"})
    void whatAHealthyTransportRefusesForNowIsKeptUntilItTakesIt(ReasonCode reason) throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 300);
        target.refuse(reason);
        awaitHeldUpBy(reason.code());
        publishMany("n", 10);
        assertThat(spooling.status().pendingCount()).isEqualTo(310);
        target.mode(Mode.UP);
        awaitDrained();
        List<String> all = new ArrayList<>(numbered("m", 300));
        all.addAll(numbered("n", 10));
        assertThat(target.takenTexts()).containsExactlyElementsOf(all);
        assertThat(refused).isEmpty();
        assertThat(spooling.status().refusedCount()).isZero();
        assertThat(spooling.health()).isEqualTo(Health.UP);
    }

    @Test
    void inAnOutageNothingIsGivenUp() throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 3);
        target.mode(Mode.REFUSING);
        awaitHeldUpBy("busy");
        spooling.giveUpFirst();
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(refused).isEmpty();
        assertThat(target.takenTexts()).containsExactly("m0", "m1", "m2");
    }

    @Test
    void whatHoldsUpTheOthersCanBeGivenUp() throws IOException {
        open(config());
        target.mode(Mode.DOWN);
        publishMany("m", 3);
        target.refuse(ReasonCode.NOT_AUTHORIZED);
        awaitHeldUpBy("not-authorized");
        spooling.giveUpFirst();
        Awaitility.await().atMost(PATIENCE).until(() -> refused.size() == 1);
        target.mode(Mode.UP);
        awaitDrained();
        assertThat(refused).containsExactly("m0: NOT_AUTHORIZED");
        assertThat(target.takenTexts()).containsExactly("m1", "m2");
        assertThat(spooling.status().refusedCount()).isEqualTo(1);
    }

    private void awaitHeldUpBy(String code) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> spooling.health().detail().contains("a: " + code + ", switched off"));
    }

    @Test
    void whatIsRefusedForGoodIsKeptUntilSomebodyHasTakenItDown() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        spooling = new SpoolingTransport(
                target,
                config(),
                RefusedMessages.at((message, refusal) -> {
                    if (asked.incrementAndGet() < 3) {
                        throw new IllegalStateException("the table of dead letters is locked");
                    }
                    refused.add(message.payloadText());
                }),
                TimeSource.monotonic());
        target.mode(Mode.DOWN);
        publish("large");
        target.mode(Mode.TOO_LARGE);
        awaitDrained();
        assertThat(refused).containsExactly("large");
        assertThat(spooling.status().refusedCount()).isEqualTo(1);
    }

    @Test
    void whatIsRefusedForGoodStaysInTheSpoolUntilItIsSafeElsewhere() throws IOException {
        Deque<CompletableFuture<Boolean>> asked = new ConcurrentLinkedDeque<>();
        RefusedMessages slow = (message, refusal) -> {
            CompletableFuture<Boolean> place = new CompletableFuture<>();
            asked.add(place);
            return place;
        };
        SpoolConfig patient = config().withAnswerTimeout(PATIENCE);
        spooling = new SpoolingTransport(target, patient, slow, TimeSource.monotonic());
        target.mode(Mode.DOWN);
        publish("large");
        target.mode(Mode.TOO_LARGE);
        Awaitility.await().atMost(PATIENCE).until(() -> asked.size() == 1);
        assertThat(spooling.status().pendingCount()).isEqualTo(1);
        assertThat(spooling.status().refusedCount()).isZero();
        asked.getLast().completeExceptionally(new IllegalStateException("the disk of dead letters is full"));
        Awaitility.await().atMost(PATIENCE).until(() -> asked.size() == 2);
        assertThat(spooling.health().detail()).contains("the disk of dead letters is full");
        asked.getLast().complete(true);
        awaitDrained();
        assertThat(spooling.status().refusedCount()).isEqualTo(1);
    }

    @Test
    void aRefusedMessageThatNobodyHasYetIsThereAfterARestart() throws IOException {
        target = new SwitchedTransport(Brokers.open(disk, TimeSource.monotonic()));
        AtomicInteger asked = new AtomicInteger();
        RefusedMessages silent = (message, refusal) -> {
            asked.incrementAndGet();
            return new CompletableFuture<>();
        };
        spooling = new SpoolingTransport(target, config(), silent, TimeSource.monotonic());
        target.mode(Mode.DOWN);
        publish("large");
        target.mode(Mode.TOO_LARGE);
        Awaitility.await().atMost(PATIENCE).until(() -> asked.get() > 0);
        spooling.close();
        target = new SwitchedTransport(Brokers.open(disk, TimeSource.monotonic()));
        open(config());
        awaitDrained();
        assertThat(target.takenTexts()).containsExactly("large");
    }

    @Test
    void howeverOftenASpooledMessageIsTriedItIsOneMessage() throws IOException {
        open(config());
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
        PublishRecorder answers = new PublishRecorder(Duration.ofSeconds(30));
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
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !spooling.status().spooling());
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
        open(config());
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
