package io.signalbox.transports.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.StartPosition;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final ManualTimeSource time = new ManualTimeSource();

    @SuppressWarnings("NullAway.Init") // each test opens one
    private ArchiveTransport archive;

    private ArchiveConfig config() {
        return ArchiveConfig.in(folder).withFlush(Duration.ofMillis(5), 100);
    }

    private void open(ArchiveConfig config) throws IOException {
        archive = new ArchiveTransport("archive", config, time);
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private static Message message(String topic, String payload) {
        return Message.to(Topic.ofMqtt(topic)).payload(payload).build();
    }

    private Receipt publish(String payload) {
        return TestClient.get(archive.publish(message("a", payload)), PATIENCE);
    }

    private void publishMany(String prefix, int count) {
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < count; i++) {
            archive.publish(message("a", prefix + i), answers, i);
        }
        answers.awaitAnswers(count);
        assertThat(answers.refusals()).isEmpty();
    }

    private static List<String> numbered(String prefix, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> prefix + i).toList();
    }

    private List<String> replay(StartPosition start) {
        List<StoredMessage> seen = Collections.synchronizedList(new ArrayList<>());
        TestClient.get(
                archive.read(
                        new ReadRequest(TopicFilter.ofMqtt("#"), start, Long.MAX_VALUE, Integer.MAX_VALUE), seen::add),
                PATIENCE);
        return seen.stream().map(stored -> stored.message().payloadText()).toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> !file.endsWith("archive.lock")).sorted().toList();
        }
    }

    @Test
    void everyLineIsInTheFileWhenItsPublishIsAnswered() throws IOException {
        open(config());
        assertThat(publish("x").durability()).isEqualTo(Durability.BUFFERED);
        assertThat(Files.readString(files().getFirst()))
                .contains("\"payload\":\"x\"")
                .endsWith("}\n");
    }

    @Test
    void aHundredMessagesDoNotWaitForTheInterval() throws IOException {
        open(config().withFlush(Duration.ofDays(1), 100));
        publishMany("m", 100);
        assertThat(Files.readAllLines(files().getFirst())).hasSize(100);
    }

    @Test
    void fewerAreWrittenAfterTheInterval() throws IOException {
        open(config().withFlush(Duration.ofMillis(50), 1_000_000));
        publishMany("m", 3);
        assertThat(Files.readAllLines(files().getFirst())).hasSize(3);
    }

    @Test
    void routedIsAnsweredAtOnceAndWrittenAtTheClose() throws IOException {
        open(config().withFlush(Duration.ofDays(1), 1_000_000).withAcknowledge(Durability.ROUTED));
        assertThat(publish("x").durability()).isEqualTo(Durability.ROUTED);
        archive.close();
        assertThat(Files.readString(files().getFirst())).contains("\"payload\":\"x\"");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFullFileIsFollowedByAnotherAndAllAreReplayed(boolean compress) throws IOException {
        open(config().withFiles(2_000, 100).withCompress(compress));
        for (int i = 0; i < 20; i++) {
            publishMany("m" + i + "-", 10);
        }
        List<Path> files = files();
        assertThat(files).hasSizeGreaterThan(5);
        assertThat(files.stream().filter(file -> file.toString().endsWith(".zst")))
                .hasSizeGreaterThanOrEqualTo(compress ? files.size() - 1 : 0);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            expected.addAll(numbered("m" + i + "-", 0, 10));
        }
        assertThat(replay(StartPosition.ALL)).containsExactlyElementsOf(expected);
        archive.close();
        open(config().withFiles(2_000, 100).withCompress(compress));
        publish("after");
        expected.add("after");
        assertThat(replay(StartPosition.ALL)).containsExactlyElementsOf(expected);
    }

    @Test
    void theOldestFilesAreDeletedAndCounted() throws IOException {
        open(config().withFiles(200, 5));
        for (int i = 0; i < 30; i++) {
            publishMany("m" + i + "-", 5);
        }
        assertThat(files()).hasSizeBetween(4, 5);
        assertThat(archive.filesDeleted()).isGreaterThan(10);
        assertThat(replay(StartPosition.ALL)).contains("m29-4").doesNotContain("m0-0");
    }

    @Test
    void aReplayBeginsAtItsTimestampInclusive() throws IOException {
        open(config().withFiles(500, 100));
        for (int minute = 0; minute < 10; minute++) {
            publishMany("m" + minute + "-", 4);
            time.advance(Duration.ofMinutes(1));
        }
        long start = ManualTimeSource.START_MILLIS;
        assertThat(replay(new StartPosition.Time(start + 7 * 60_000)))
                .containsExactlyElementsOf(Stream.of(7, 8, 9)
                        .flatMap(minute -> numbered("m" + minute + "-", 0, 4).stream())
                        .toList());
        assertThat(replay(new StartPosition.Time(start + 7 * 60_000 + 1)))
                .first()
                .isEqualTo("m8-0");
        assertThat(replay(new StartPosition.Time(0))).hasSize(40);
    }

    @Test
    void aLineThatACrashLeftUnfinishedIsCutAtEveryByte() throws IOException {
        open(config());
        publishMany("m", 3);
        archive.close();
        Path file = files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        int lastLine = new String(whole, StandardCharsets.UTF_8).indexOf("\n", whole.length / 2) + 1;
        for (int length = lastLine; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            open(config());
            Receipt receipt = publish("again");
            List<String> all = replay(StartPosition.ALL);
            assertThat(all).endsWith("again").hasSize((int) receipt.sequence());
            archive.close();
        }
        open(config());
    }

    @Test
    void aLineThatIsNoMessageIsPassedOver() throws IOException {
        open(config());
        publish("1");
        archive.close();
        Files.writeString(files().getFirst(), "what is this?\n", StandardOpenOption.APPEND);
        open(config());
        publish("2");
        assertThat(replay(StartPosition.ALL)).containsExactly("1", "2");
    }

    @Test
    void aCompressionThatACrashBrokeOffIsDoneWithoutLoss() throws IOException {
        open(config().withFiles(10, 100));
        publishMany("m", 1);
        archive.close();
        Path plain = files().getFirst();
        Files.writeString(folder.resolve(plain.getFileName() + ".zst.tmp"), "half");
        open(config().withFiles(10, 100).withCompress(true));
        assertThat(replay(StartPosition.ALL)).containsExactly("m0");
        assertThat(files()).noneMatch(file -> file.toString().endsWith(".tmp"));
    }

    @Test
    void aFullDiskRefusesAndSaysSoAndTheArchiveGoesOnWhenThereIsRoom() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "no /dev/full here");
        open(config());
        Path first = folder.resolve("archive-0000000000000000001.ndjson");
        Files.createSymbolicLink(first, full);
        assertThatThrownBy(() -> publish("x"))
                .isInstanceOfSatisfying(
                        SignalboxException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(ReasonCode.STORAGE_FULL));
        assertThat(archive.health().status()).isEqualTo(Health.Status.DOWN);
        archive.close();
        Files.deleteIfExists(first);
        open(config());
        publish("y");
        assertThat(archive.health()).isEqualTo(Health.UP);
        assertThat(replay(StartPosition.ALL)).containsExactly("y");
    }

    @Test
    void twoArchivesDoNotWriteToOneFolder() throws IOException {
        open(config());
        assertThatThrownBy(() -> new ArchiveTransport("other", config(), time))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use by another archive");
        publish("x");
        archive.close();
        open(config());
        publish("y");
        assertThat(replay(StartPosition.ALL)).containsExactly("x", "y");
    }

    @Test
    void aLineByHandDoesNotSetTheNumbersBack() throws IOException {
        open(config().withFiles(100, 100));
        publishMany("m", 3);
        archive.close();
        Path last = files().getLast();
        Files.writeString(last, "{\"topic\":\"a\",\"payload\":\"by hand\"}\n", StandardOpenOption.APPEND);
        open(config().withFiles(100, 100));
        assertThat(publish("next").sequence()).isEqualTo(4);
        publish("after");
        assertThat(replay(StartPosition.ALL)).containsExactly("m0", "m1", "m2", "by hand", "next", "after");
    }

    @Test
    void aPublisherThatThrowsDoesNotEndTheArchive() throws IOException {
        open(config());
        archive.publish(
                message("a", "x"),
                new PublishCallback() {
                    @Override
                    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
                        throw new IllegalStateException("on purpose");
                    }

                    @Override
                    public void refused(long context, Refusal refusal) {}
                },
                0);
        assertThat(publish("y").sequence()).isEqualTo(2);
    }

    @Test
    void whatWasAcknowledgedAtOnceAndCouldNotBeWrittenIsCounted() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "no /dev/full here");
        open(config().withAcknowledge(Durability.ROUTED));
        Path first = folder.resolve("archive-0000000000000000001.ndjson");
        Files.createSymbolicLink(first, full);
        publish("lost");
        Awaitility.await().atMost(PATIENCE).until(() -> archive.lostCount() == 1);
        assertThat(archive.health().status()).isEqualTo(Health.Status.DOWN);
        assertThatThrownBy(() -> publish("x"))
                .as("while the disk fails it is not acknowledged at once")
                .isInstanceOf(SignalboxException.class);
        assertThat(archive.lostCount()).isEqualTo(1);
        archive.close();
        Files.deleteIfExists(first);
    }

    @Test
    void theFolderIsItsOwnersAlone() throws IOException {
        Path fresh = folder.resolve("fresh");
        archive = new ArchiveTransport("archive", ArchiveConfig.in(fresh), time);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)))
                .isEqualTo("rwx------");
    }
}
