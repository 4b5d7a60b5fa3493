package io.signalbox.transports.composite.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.testkit.PublishRecorder;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Receipt;
import io.signalbox.transports.composite.Brokers;
import io.signalbox.transports.composite.SwitchedTransport;
import io.signalbox.transports.composite.strategy.Stop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A transport that can be switched off, behind a spool in a folder of the test's own. */
abstract class SpoolingFixture {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of a target that does not answer: the test waits for that. A late answer may bring a message twice then. */
    static final Duration SILENCE = Duration.ofMillis(500);

    @TempDir
    Path folder;

    final List<String> refused = new CopyOnWriteArrayList<>();
    SwitchedTransport target = Brokers.switched();

    @SuppressWarnings("NullAway.Init") // each test opens one
    SpoolingTransport spooling;

    final void open(SpoolConfig config) throws IOException {
        open(config, Stop.WAIT_MAX);
    }

    final void open(SpoolConfig config, Duration waitMax) throws IOException {
        spooling = new SpoolingTransport(
                target,
                config,
                RefusedMessages.at((message, refusal) -> refused.add(message.payloadText() + ": " + refusal.reason())),
                TimeSource.monotonic(),
                waitMax);
    }

    final SpoolConfig config() {
        return SpoolConfig.in(folder.resolve("spool")).withAnswerTimeout(PATIENCE);
    }

    @AfterEach
    void close() {
        spooling.close();
    }

    static Message message(String payload) {
        return Message.to(Topic.ofMqtt("a")).payload(payload).build();
    }

    final Receipt publish(String payload) {
        return TestClient.get(spooling.publish(message(payload)), PATIENCE);
    }

    final void publishMany(String prefix, int count) {
        PublishRecorder answers = new PublishRecorder(PATIENCE);
        for (int i = 0; i < count; i++) {
            spooling.publish(message(prefix + i), answers, i);
        }
        answers.awaitAnswers(count);
        assertThat(answers.refusals()).isEmpty();
    }

    static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    final void awaitDrained() {
        Awaitility.await().atMost(PATIENCE).until(() -> !spooling.status().spooling());
    }
}
