package io.signalbox.client.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.connection.LinkLoss;
import io.signalbox.client.fake.FailingDisk;
import io.signalbox.client.fake.FakeServer;
import io.signalbox.client.fake.FakeServer.Verdict;
import io.signalbox.client.spool.Publication.Acknowledged;
import io.signalbox.client.spool.Publication.Spooled;
import io.signalbox.log.LogLockedException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SpoolTest extends SpoolFixture {
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
    void aMessageWhoseTimeIsOverIsNotSent() throws IOException {
        Spool spool = open(config());
        Publication publication =
                spool.publish(message("old").toBuilder().ttlMillis(5_000).build());
        join(publication.spooled());
        time.advance(Duration.ofSeconds(6));
        connect(spool);
        assertThat(failure(publication.acknowledged()))
                .isInstanceOf(ExpiredException.class)
                .hasMessageStartingWith("EXPIRED");
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
    void exactlyOnceIsOnceByItsKeyAndGoesAtQosOne() throws IOException {
        for (SpoolConfig config : List.of(config(), SpoolConfig.inMemory())) {
            Spool spool = open(config);
            connect(spool);
            Message twice =
                    message(1).toBuilder().guarantee(Guarantee.EXACTLY_ONCE).build();
            Publication publication = spool.publish(twice);
            String key = join(publication.spooled()).idempotencyKey();
            join(publication.acknowledged());
            Message sent = server.published().getLast();
            assertThat(sent.guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
            assertThat(sent.properties().idempotencyKey()).isEqualTo(key);
        }
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

    @Test
    void whatTheServerHasBehindAMessageThatItHasNotIsNotSentByTheNextProcess() throws IOException {
        server.answer(m -> m.payloadText().equals("1") ? new Verdict.Silent() : FakeServer.TAKEN);
        Spool first = open(config());
        connect(first);
        first.publish(message(1));
        join(first.publish(message(2)).acknowledged());
        join(first.publish(message(3)).acknowledged());
        first.close();

        int before = server.published().size();
        server.answer(m -> FakeServer.TAKEN);
        Spool next = open(config());
        assertThat(next.pendingMessages()).isEqualTo(1);
        connect(next);
        await().until(() -> next.pendingMessages() == 0);
        assertThat(server.payloads().subList(before, server.payloads().size())).containsExactly("1");
    }

    @Test
    void aCopyOfAFolderGivesNoKeyOfItsOriginalToAnotherMessage() throws IOException {
        Spool first = open(config());
        join(first.publish(message(1)).spooled());
        first.close();
        Path copy = directory.resolve("copy");
        copy(directory.resolve("spool"), copy);
        Spool original = open(config());
        Spool other = open(SpoolConfig.in(copy));
        String one = join(original.publish(message("a")).spooled()).idempotencyKey();
        String two = join(other.publish(message("b")).spooled()).idempotencyKey();
        assertThat(one).isNotEqualTo(two);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    @Test
    void anInterruptedCloseStillTellsWhatIsSafe() throws Exception {
        Path folder = directory.resolve("spool");
        FailingDisk disk = new FailingDisk(folder.resolve("log"));
        Spool spool = Spool.open(config(), folder, disk, time, lane, told::add);
        CountDownLatch gate = new CountDownLatch(1);
        disk.holdWrites(gate);
        Publication publication = spool.publish(message(1));
        Thread closer = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            spool.close();
        });
        await().until(() -> closer.getState() == Thread.State.WAITING || !closer.isAlive());
        gate.countDown();
        join(publication.spooled());
        closer.join();
    }
}
