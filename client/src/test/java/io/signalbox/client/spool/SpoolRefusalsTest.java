package io.signalbox.client.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.connection.LinkLoss;
import io.signalbox.client.connection.RefusedException;
import io.signalbox.client.fake.FakeServer;
import io.signalbox.client.fake.FakeServer.Verdict;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the server says no to. */
class SpoolRefusalsTest extends SpoolFixture {
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
    void aRefusedMessageThatTheDiskDoesNotTakeIsTriedAgainAndHoldsBackTheOthers() throws IOException {
        server.answer(m -> m.payloadText().equals("bad")
                ? new Verdict.Refused(new Refusal(ReasonCode.NOT_AUTHORIZED, "no"), false)
                : FakeServer.TAKEN);
        Spool spool = open(config().withWindowMax(1));
        Path shelf = directory.resolve("spool").resolve("refused");
        Files.delete(shelf);
        Files.createFile(shelf);
        spool.publish(message("bad"));
        Publication good = spool.publish(message("good"));
        connect(spool);
        await().until(spool::heldUp);
        assertThat(good.acknowledged().toCompletableFuture()).isNotDone();
        assertThat(spool.refusedCount()).isZero();

        Files.delete(shelf);
        Files.createDirectory(shelf);
        join(good.acknowledged());
        await().until(() -> spool.pendingMessages() == 0);
        assertThat(spool.heldUp()).isFalse();
        assertThat(spool.refused(10))
                .extracting(refused -> refused.message().payloadText())
                .containsExactly("bad");
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
    void howeverOftenItIsRefusedForTheMomentItWaitsForAServerThatTakesIt() throws IOException {
        server.answer(m -> new Verdict.Refused(new Refusal(ReasonCode.QUOTA_EXCEEDED, "full"), true));
        Spool spool = open(config());
        List<Publication> all = IntStream.rangeClosed(1, 3)
                .mapToObj(n -> spool.publish(message(n)))
                .toList();
        for (int attempt = 1; attempt <= 6; attempt++) { // Each connection ends the pause.
            int before = attempt - 1;
            connect(spool);
            await().until(() -> server.payloads().stream().filter("1"::equals).count() > before);
            server.cut(LinkLoss.of("gone"));
        }
        assertThat(spool.refusedCount()).isZero();
        assertThat(spool.pendingMessages()).isEqualTo(3);
        assertThat(spool.refusedForNowSinceMillis()).isEqualTo(time.millis());

        int before = server.published().size();
        server.answer(m -> FakeServer.TAKEN);
        connect(spool);
        join(all.getLast().acknowledged());
        assertThat(server.payloads().subList(before, before + 3)).containsExactly("1", "2", "3");
        assertThat(spool.refusedForNowSinceMillis()).isNull();
    }
}
