package io.signalbox.client.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkEvents;
import io.signalbox.client.connection.LinkLoss;
import io.signalbox.client.connection.RefusedException;
import io.signalbox.client.fake.FakeServer;
import io.signalbox.client.fake.FakeServer.Verdict;
import io.signalbox.client.spool.Publication.Acknowledged;
import io.signalbox.client.spool.Publication.Spooled;
import io.signalbox.error.ReasonCode;
import io.signalbox.log.LogLockedException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    @TempDir
    private Path directory;

    private final ManualTimeSource time = new ManualTimeSource();
    private final FakeServer server = new FakeServer().up();
    private final List<RefusedMessage> told = new CopyOnWriteArrayList<>();
    private final ExecutorService lane = Executors.newSingleThreadExecutor();
    private final List<Spool> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Spool::close);
        lane.shutdown();
    }

    private SpoolConfig config() {
        return SpoolConfig.in(directory.resolve("spool"));
    }

    private Spool open(SpoolConfig config) throws IOException {
        Spool spool = Spool.open(config, time, lane, told::add);
        opened.add(spool);
        return spool;
    }

    private static Message message(Object payload) {
        return Message.to(Topic.ofMqtt("a/b")).payload(payload.toString()).build();
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static Throwable failure(CompletionStage<?> stage) {
        try {
            join(stage);
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    /** A connection straight to the server, whose end the spool is told at once. */
    private Link connect(Spool spool) {
        Link link = server.open(new LinkEvents() {
                    @Override
                    public void arrived(Message message, Settling settling) {
                        throw new AssertionError("nothing is delivered here");
                    }

                    @Override
                    public void lost(LinkLoss loss) {
                        spool.drain().linkDown();
                    }
                })
                .toCompletableFuture()
                .join();
        spool.drain().linkUp(link);
        return link;
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void aMessageIsSafeFirstAndAcknowledgedWhenTheServerHasIt() throws IOException {
        Spool spool = open(config());
        Publication publication = spool.publish(message(1));

        Spooled spooled = join(publication.spooled());
        assertThat(spooled.sequence()).isEqualTo(1);
        assertThat(spooled.durable()).isTrue();
        assertThat(publication.acknowledged().toCompletableFuture()).isNotDone();
        assertThat(spool.pendingMessages()).isEqualTo(1);

        connect(spool);
        assertThat(join(publication.acknowledged())).isEqualTo(new Acknowledged(true));
        await().until(() -> spool.pendingMessages() == 0);
        assertThat(server.published().getFirst().properties().idempotencyKey()).isEqualTo(spooled.idempotencyKey());
    }

    @Test
    void whatWaitedGoesInTheOrderOfItsPublishing() throws IOException {
        Spool spool = open(config().withWindowMax(7));
        IntStream.rangeClosed(1, 500).forEach(n -> spool.publish(message(n)));
        connect(spool);
        await().until(() -> spool.pendingMessages() == 0);
        assertThat(server.payloads()).isEqualTo(numbers(1, 500));
    }

    @Test
    void theServersReceiveMaximumIsTheWindow() throws IOException {
        server.receiveMaximum(3);
        server.answer(message -> new Verdict.Silent());
        Spool spool = open(config());
        IntStream.rangeClosed(1, 10).forEach(n -> join(spool.publish(message(n)).spooled()));
        connect(spool);
        await().until(() -> server.published().size() == 3);
        server.cut(LinkLoss.of("test"));
        server.answer(message -> FakeServer.TAKEN);
        connect(spool);
        await().until(() -> spool.pendingMessages() == 0);
        assertThat(server.payloads().subList(3, 13)).isEqualTo(numbers(1, 10));
    }

    @Test
    void whatWasUnansweredGoesAgainUnderTheSameKeyInTheSameOrder() throws IOException {
        Spool spool = open(config());
        server.answer(message -> new Verdict.Silent());
        connect(spool);
        IntStream.rangeClosed(1, 5).forEach(n -> spool.publish(message(n)));
        await().until(() -> server.published().size() == 5);
        server.cut(LinkLoss.of("test"));
        server.answer(message -> FakeServer.TAKEN);
        connect(spool);
        await().until(() -> spool.pendingMessages() == 0);

        List<String> keys = server.published().stream()
                .map(message -> message.properties().idempotencyKey())
                .toList();
        assertThat(keys.subList(0, 5)).doesNotHaveDuplicates().isEqualTo(keys.subList(5, 10));
    }

    @Test
    void theNextProcessSendsWhatThisOneCouldNot() throws IOException {
        Spool first = open(config());
        List<String> keys = IntStream.rangeClosed(1, 50)
                .mapToObj(n -> join(first.publish(message(n)).spooled()).idempotencyKey())
                .toList();
        first.close();

        Spool second = open(config());
        assertThat(second.pendingMessages()).isEqualTo(50);
        connect(second);
        await().until(() -> second.pendingMessages() == 0);
        assertThat(server.payloads()).isEqualTo(numbers(1, 50));
        assertThat(server.published().stream().map(m -> m.properties().idempotencyKey()))
                .isEqualTo(keys);
    }

    @Test
    void whatTheServerHasIsNotSentByTheNextProcess() throws IOException {
        Spool first = open(config());
        connect(first);
        IntStream.rangeClosed(1, 20).forEach(n -> join(first.publish(message(n)).acknowledged()));
        await().until(() -> first.pendingMessages() == 0);
        first.close();

        Spool second = open(config());
        assertThat(second.pendingMessages()).isZero();
        connect(second);
        Spooled next = join(second.publish(message(21)).spooled());
        assertThat(next.sequence()).as("sequences go on").isEqualTo(21);
        await().until(() -> second.pendingMessages() == 0);
        assertThat(server.payloads()).isEqualTo(numbers(1, 21));
    }

    @Test
    void afterManySegmentsOnlyWhatWaitsIsOnDisk() throws IOException {
        Spool first = open(config());
        connect(first);
        String large = "x".repeat(200_000);
        for (int i = 0; i < 200; i++) {
            join(first.publish(message(large)).acknowledged());
        }
        server.down(LinkLoss.of("test"));
        Spooled last = join(first.publish(message("last")).spooled());
        first.close();
        Spool second = open(config());
        assertThat(second.pendingMessages()).isEqualTo(1);
        server.up();
        connect(second);
        await().until(() -> second.pendingMessages() == 0);
        assertThat(server.published().getLast().properties().idempotencyKey()).isEqualTo(last.idempotencyKey());
        assertThat(server.published()).hasSize(201);
    }

    @Test
    void aFullSpoolRefusesClearlyAndLosesNothing() throws IOException {
        Spool spool = open(config().withQuota(3, 1 << 20));
        IntStream.rangeClosed(1, 3).forEach(n -> join(spool.publish(message(n)).spooled()));
        Publication fourth = spool.publish(message(4));
        assertThat(failure(fourth.spooled()))
                .isInstanceOf(SpoolFullException.class)
                .hasMessageStartingWith("SPOOL_FULL: it holds 3 messages")
                .hasMessageContaining("the quota is 3 and 1048576");
        assertThat(failure(fourth.acknowledged())).isInstanceOf(SpoolFullException.class);

        connect(spool);
        await().until(() -> spool.pendingMessages() == 0);
        assertThat(server.payloads()).isEqualTo(numbers(1, 3));
        join(spool.publish(message(5)).acknowledged());
    }

    @Test
    void theQuotaOfBytesHoldsToo() throws IOException {
        Spool spool = open(config().withQuota(1_000, 5_000));
        join(spool.publish(message("x".repeat(4_000))).spooled());
        assertThat(failure(spool.publish(message("x".repeat(4_000))).spooled())).isInstanceOf(SpoolFullException.class);
    }

    @Test
    void aMessageThatMayNeverBeTakenIsKeptWithItsReason() throws IOException {
        Refusal no = new Refusal(ReasonCode.NOT_AUTHORIZED, "not for you");
        server.answer(m -> m.payloadText().equals("2") ? new Verdict.Refused(no, false) : FakeServer.TAKEN);
        Spool spool = open(config());
        connect(spool);
        List<Publication> all = IntStream.rangeClosed(1, 3)
                .mapToObj(n -> spool.publish(message(n)))
                .toList();

        assertThat(failure(all.get(1).acknowledged()))
                .isInstanceOf(RefusedException.class)
                .hasMessage("not for you");
        join(all.get(2).acknowledged());
        await().until(() -> told.size() == 1);
        assertThat(told.getFirst().refusal()).isEqualTo(no);
        await().until(() -> spool.pendingMessages() == 0);
        spool.close();

        Spool next = open(config());
        assertThat(next.refused(10)).singleElement().satisfies(refused -> {
            assertThat(refused.sequence()).isEqualTo(2);
            assertThat(refused.message().payloadText()).isEqualTo("2");
            assertThat(refused.refusal()).isEqualTo(no);
            assertThat(refused.refusedAtMillis()).isEqualTo(time.millis());
        });
        assertThat(next.removeRefused(2)).isTrue();
        assertThat(next.removeRefused(2)).isFalse();
        assertThat(next.refused(10)).isEmpty();
    }

    @Test
    void aRefusedMessageMayBeSentAgain() throws IOException {
        server.answer(m -> new Verdict.Refused(new Refusal(ReasonCode.NOT_AUTHORIZED, "no"), false));
        Spool spool = open(config());
        connect(spool);
        spool.publish(message("later"));
        await().until(() -> spool.refusedCount() == 1);
        server.answer(m -> FakeServer.TAKEN);
        join(spool.sendAgain(1).orElseThrow().acknowledged());
        await().until(() -> spool.refusedCount() == 0);
        assertThat(spool.sendAgain(1)).isEmpty();
    }

    @Test
    void whenRefusedMessagesFillTheirPlaceNothingIsSentUntilSomeAreRemoved() throws IOException {
        Refusal no = new Refusal(ReasonCode.TOPIC_INVALID, "no");
        server.answer(m -> m.payloadText().startsWith("bad") ? new Verdict.Refused(no, false) : FakeServer.TAKEN);
        Spool spool = open(config().withRefusedMax(1).withWindowMax(1));
        connect(spool);
        spool.publish(message("bad 1"));
        spool.publish(message("bad 2"));
        Publication good = spool.publish(message("good"));
        await().until(spool::heldUp);
        assertThat(good.acknowledged().toCompletableFuture()).isNotDone();
        assertThat(spool.removeRefused(1)).isTrue();
        join(good.acknowledged());
        assertThat(spool.refused(10)).extracting(RefusedMessage::sequence).containsExactly(2L);
    }

    @Test
    void aMessageRefusedForTheMomentGoesAgainAndThoseBehindItWait() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        server.answer(m -> {
            asked.add(m.payloadText());
            return asked.size() == 1
                    ? new Verdict.Refused(new Refusal(ReasonCode.QUOTA_EXCEEDED, "busy"), true)
                    : FakeServer.TAKEN;
        });
        Spool spool = open(config().withWindowMax(1));
        IntStream.rangeClosed(1, 3).forEach(n -> spool.publish(message(n)));
        connect(spool);
        await().atMost(Duration.ofSeconds(30)).until(() -> spool.pendingMessages() == 0);
        assertThat(asked).containsExactly("1", "1", "2", "3");
    }

    @Test
    void afterItsRetriesAMessageCountsAsRefused() throws IOException {
        server.answer(m -> new Verdict.Refused(new Refusal(ReasonCode.QUOTA_EXCEEDED, "busy"), true));
        Spool spool = open(config().withRetriesMax(1));
        connect(spool);
        Publication publication = spool.publish(message(1));
        assertThat(failure(publication.acknowledged()))
                .isInstanceOf(RefusedException.class)
                .hasMessage("busy");
        assertThat(server.published()).hasSize(2);
    }

    @Test
    void aMessageWhoseTimeIsOverIsNotSent() throws IOException {
        Spool spool = open(config());
        Publication publication =
                spool.publish(message("old").toBuilder().ttlMillis(5_000).build());
        join(publication.spooled());
        time.advance(Duration.ofSeconds(6));
        connect(spool);
        assertThat(failure(publication.acknowledged())).hasMessageStartingWith("EXPIRED");
        await().until(() -> spool.pendingMessages() == 0);
        assertThat(server.published()).isEmpty();
        assertThat(spool.expiredCount()).isEqualTo(1);
    }

    @Test
    void aMessagesOwnKeyIsKept() throws IOException {
        Spool spool = open(config());
        connect(spool);
        Message own = message(1).toBuilder()
                .properties(MessageProperties.builder().idempotencyKey("mine").build())
                .build();
        assertThat(join(spool.publish(own).spooled()).idempotencyKey()).isEqualTo("mine");
        await().until(() -> server.published().size() == 1);
        assertThat(server.published().getFirst().properties().idempotencyKey()).isEqualTo("mine");
    }

    @Test
    void twoProcessesCannotHaveOneFolder() throws IOException {
        open(config());
        assertThatThrownBy(() -> Spool.open(config(), time, lane, told::add)).isInstanceOf(LogLockedException.class);
    }

    @Test
    void aClosedSpoolTakesNothingAndSaysSo() throws IOException {
        Spool spool = open(config());
        Publication waiting = spool.publish(message(1));
        join(waiting.spooled());
        spool.close();
        assertThat(failure(waiting.acknowledged())).hasMessageContaining("what is on disk goes next time");
        assertThat(failure(spool.publish(message(2)).spooled())).hasMessageContaining("closed");
    }

    @Test
    void aSpoolInMemorySurvivesOutages() throws IOException {
        Spool spool = open(SpoolConfig.inMemory().withQuota(100, 1 << 20));
        assertThat(join(spool.publish(message(1)).spooled()).durable()).isFalse();
        IntStream.rangeClosed(2, 100).forEach(n -> spool.publish(message(n)));
        assertThat(failure(spool.publish(message(101)).spooled())).isInstanceOf(SpoolFullException.class);
        connect(spool);
        await().until(() -> spool.pendingMessages() == 0);
        assertThat(server.payloads()).isEqualTo(numbers(1, 100));
    }
}
