package io.signalbox.configuration.hierarchy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was spooled and is refused for good, on disk. */
final class RefusedFolderTest {
    private static final Refusal REFUSAL = new Refusal(ReasonCode.MALFORMED, "on purpose");

    @TempDir
    private Path directory = Path.of("");

    private RefusedFolder open(long bytesMax) throws Exception {
        return new RefusedFolder(directory.resolve("refused"), bytesMax, TimeSource.monotonic());
    }

    private Path file() {
        return directory.resolve("refused/refused.ndjson");
    }

    private static void add(RefusedFolder folder, String topic) {
        folder.add(Message.to(Topic.ofMqtt(topic)).payload("x").build(), REFUSAL)
                .toCompletableFuture()
                .join();
    }

    @Test
    void nothingIsThereBeforeThereIsSomethingToKeep() throws Exception {
        RefusedFolder folder = open(1_000_000);
        assertThat(folder.health()).isEqualTo(Health.UP);
        assertThat(file()).doesNotExist();
        add(folder, "a");
        assertThat(Files.readAllLines(file())).hasSize(1);
        assertThat(folder.health().status()).isEqualTo(Health.Status.DEGRADED);
        folder.close();
    }

    @Test
    void whatACrashLeftOfALineSpoilsNoOther() throws Exception {
        RefusedFolder folder = open(1_000_000);
        add(folder, "a");
        folder.close();
        Files.writeString(file(), Files.readString(file()) + "{\"time\":");
        RefusedFolder again = open(1_000_000);
        add(again, "b");
        again.close();
        assertThat(Files.readAllLines(file()))
                .hasSize(3)
                .satisfies(lines ->
                        assertThat(lines.get(0)).contains("\"topic\":\"a\"").endsWith("}"))
                .satisfies(lines -> assertThat(lines.get(1)).isEqualTo("{\"time\":"))
                .satisfies(lines ->
                        assertThat(lines.get(2)).contains("\"topic\":\"b\"").endsWith("}"));
    }

    @Test
    void beyondItsBoundItTakesNothingUntilTheFileIsMovedAway() throws Exception {
        RefusedFolder folder = open(200);
        add(folder, "a");
        assertThatThrownBy(() -> add(folder, "b")).hasMessageContaining("move it away");
        assertThat(Files.readAllLines(file())).hasSize(1);
        Files.move(file(), directory.resolve("looked-at"));
        add(folder, "b");
        assertThat(Files.readAllLines(file())).singleElement().asString().contains("\"topic\":\"b\"");
        folder.close();
    }

    @Test
    void everyFolderThatGetsANewEntryIsSyncedBeforeTheFirstLine() throws Exception {
        List<Path> synced = new ArrayList<>();
        AtomicBoolean failing = new AtomicBoolean(true);
        Path top = directory.toAbsolutePath();
        Path place = top.resolve("spool/refused");
        RefusedFolder folder = new RefusedFolder(place, 1_000_000, TimeSource.monotonic(), one -> {
            if (failing.get() && one.equals(top)) {
                throw new IOException("on purpose");
            }
            assertThat(place.resolve("refused.ndjson")).isEmptyFile();
            synced.add(one);
        });
        assertThatThrownBy(() -> add(folder, "a")).hasMessageContaining("on purpose");
        synced.clear();
        failing.set(false);
        add(folder, "a");
        assertThat(synced).containsExactlyInAnyOrder(place, place.getParent(), top);
        add(folder, "b");
        assertThat(synced).as("once is enough").hasSize(3);
        assertThat(Files.readAllLines(place.resolve("refused.ndjson"))).hasSize(2);
        folder.close();
    }
}
