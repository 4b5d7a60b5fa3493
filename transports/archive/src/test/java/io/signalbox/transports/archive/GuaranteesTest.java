package io.signalbox.transports.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Takes what the archive says of itself and breaks it. */
class GuaranteesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private ArchiveTransport open(ArchiveConfig config) throws IOException {
        return new ArchiveTransport("archive", config, new ManualTimeSource());
    }

    private static Message message(String topic, String payload) {
        return Message.to(Topic.ofMqtt(topic)).payload(payload).build();
    }

    /** What a process that ends now leaves. */
    private String onDisk() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".ndjson")).sorted().toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    @ParameterizedTest
    @EnumSource(
            value = Durability.class,
            names = {"ROUTED", "BUFFERED", "SYNCED"})
    void theLevelThatIsSaidIsReachedAndTheLossWindowIsReal(Durability level) throws IOException {
        ArchiveConfig config = ArchiveConfig.in(folder)
                .withFlush(level == Durability.ROUTED ? Duration.ofDays(1) : Duration.ofMillis(1), 100)
                .withAcknowledge(level);
        try (ArchiveTransport archive = open(config)) {
            assertThat(archive.guarantees().durability()).startsWith(level + ": ");
            assertThat(TestClient.get(archive.publish(message("a", "x")), PATIENCE)
                            .durability())
                    .isEqualTo(level);
            if (level == Durability.ROUTED) {
                assertThat(archive.guarantees().lossWindow()).startsWith("the process ends: up to 86400000 ms");
                assertThat(onDisk()).isEmpty();
            } else {
                assertThat(archive.guarantees().lossWindow()).doesNotContain("process");
                assertThat(onDisk()).contains("\"payload\":\"x\"");
            }
        }
    }

    @Test
    void linesAreInTheOrderOfPublishingOverAllTopicsAndRepeatsStay() throws IOException {
        try (ArchiveTransport archive = open(ArchiveConfig.in(folder).withFlush(Duration.ofMillis(1), 7))) {
            assertThat(archive.guarantees().order()).contains("of all topics");
            assertThat(archive.guarantees().duplicates()).contains("kept as they came");
            PublishRecorder answers = new PublishRecorder(PATIENCE);
            for (int i = 0; i < 300; i++) {
                archive.publish(
                        message("t" + i % 5, "m" + i).toBuilder()
                                .properties(MessageProperties.builder()
                                        .id("always the same")
                                        .build())
                                .build(),
                        answers,
                        i);
            }
            answers.awaitAnswers(300);
            List<String> written = new ArrayList<>();
            for (String line : onDisk().lines().toList()) {
                byte[] bytes = line.getBytes(java.nio.charset.StandardCharsets.UTF_8);
                written.add(ArchiveLine.decode(bytes, bytes.length).message().payloadText());
            }
            assertThat(written)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 300).mapToObj(i -> "m" + i).toList());
        }
    }

    @Test
    void beyondItsFilesTheOldestIsGoneAndCounted() throws IOException {
        try (ArchiveTransport archive =
                open(ArchiveConfig.in(folder).withFlush(Duration.ofMillis(1), 1).withFiles(100, 3))) {
            assertThat(archive.guarantees().retention()).startsWith("3 files of 100 bytes");
            for (int i = 0; i < 10; i++) {
                TestClient.get(archive.publish(message("a", "m" + i)), PATIENCE);
            }
            assertThat(archive.filesDeleted()).isPositive();
            assertThat(onDisk()).doesNotContain("\"m0\"").contains("\"m9\"");
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.filter(f -> f.toString().endsWith(".ndjson")).count())
                        .isLessThanOrEqualTo(3);
            }
        }
    }

    @Test
    void itReadsAsFiveLines() throws IOException {
        try (ArchiveTransport archive = open(ArchiveConfig.in(folder))) {
            assertThat(archive.guarantees().text().lines()).hasSize(5).allMatch(text -> text.length() > 20);
        }
    }
}
