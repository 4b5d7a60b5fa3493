package io.signalbox.configuration.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.codec.CodecProvider;
import io.signalbox.codec.Codecs;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Health;
import io.signalbox.transport.provider.MessageCondition;
import io.signalbox.transports.composite.bridge.Bridge;
import io.signalbox.transports.composite.bridge.BridgeConfig;
import io.signalbox.transports.composite.bridge.FarSide;
import io.signalbox.transports.memory.MemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive beside a bridge's target, when either of them does not take a message. */
final class ArchiveBesideTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Codecs CODECS = Codecs.of(ServiceLoader.load(CodecProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList());

    private final MemoryTransport source = MemoryTransport.open();
    private final ScriptedTransport target = new ScriptedTransport("target");
    private final ScriptedTransport archive = new ScriptedTransport("archive");

    @SuppressWarnings("NullAway.Init") // each test starts one
    private Bridge bridge;

    private static ArchiveSelection all() {
        return selection(null);
    }

    private static ArchiveSelection selection(@Nullable MessageCondition when) {
        return new ArchiveSelection(new MessageSelection(CODECS, when, null, null));
    }

    private void start(FarSide far) {
        bridge = Bridge.start(BridgeConfig.of("b", "#").withWindowMax(20), source, far);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().status() == Health.Status.UP);
    }

    @AfterEach
    void close() {
        bridge.close();
        source.close();
        target.close();
        archive.close();
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            TestClient.get(
                    source.publish(
                            Message.to(Topic.ofMqtt("a/1")).payload("m" + i).build()),
                    PATIENCE);
        }
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
    }

    private void awaitCarried(int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.counts().carried() == count);
    }

    @ParameterizedTest
    @EnumSource(names = {"BUSY", "QUEUE_FULL", "NOT_AUTHORIZED", "PARTIAL", "NO_RESPONDERS"})
    void howeverOftenTheTargetRefusesTheArchiveHasEachMessageOnce(ReasonCode reason) {
        start(new ArchiveFirst(target, archive, all()));
        target.refuse(reason);
        publish(30);
        Awaitility.await().atMost(PATIENCE).until(() -> target.refused() >= 3);
        target.refuse(null);
        awaitCarried(30);
        assertThat(target.taken()).containsExactlyElementsOf(numbered(30));
        assertThat(archive.taken()).containsExactlyElementsOf(numbered(30));
    }

    @ParameterizedTest
    @EnumSource(names = {"BUSY", "QUEUE_FULL", "NOT_AUTHORIZED", "PARTIAL", "NO_RESPONDERS"})
    void nothingCrossesThatTheArchiveDoesNotTakeForNow(ReasonCode reason) {
        start(new ArchiveFirst(target, archive, all()));
        archive.refuse(reason);
        publish(30);
        Awaitility.await().atMost(PATIENCE).until(() -> archive.refused() >= 3);
        assertThat(target.taken()).isEmpty();
        assertThat(bridge.health().detail()).contains("archive: on purpose");
        archive.refuse(null);
        awaitCarried(30);
        assertThat(target.taken()).containsExactlyElementsOf(numbered(30));
        assertThat(archive.taken()).containsExactlyElementsOf(numbered(30));
    }

    @Test
    void whatTheArchiveRefusesForGoodIsRejectedAndHasNotCrossed() {
        start(new ArchiveFirst(target, archive, all()));
        archive.refuse(ReasonCode.PAYLOAD_TOO_LARGE);
        publish(3);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.counts().rejected() == 3);
        assertThat(target.taken()).isEmpty();
        archive.refuse(null);
        publish(2);
        awaitCarried(2);
        assertThat(target.taken()).containsExactly("m0", "m1");
    }

    @Test
    void theTargetGetsMessagesInTheirOrderWhateverTheArchivesAnswersAre() {
        start(new ArchiveFirst(target, archive, all()));
        archive.holdAnswers();
        publish(20);
        Awaitility.await().atMost(PATIENCE).until(() -> archive.heldCount() == 20);
        assertThat(target.taken()).isEmpty();
        archive.answerBackwards();
        awaitCarried(20);
        assertThat(target.taken()).containsExactlyElementsOf(numbered(20));
    }

    @Test
    void nothingOvertakesWhatTheArchiveDoesNotTakeForNow() {
        start(new ArchiveFirst(target, archive, all()));
        archive.holdAnswers();
        publish(20);
        Awaitility.await().atMost(PATIENCE).until(() -> archive.heldCount() == 20);
        archive.refuseFirst(ReasonCode.QUEUE_FULL);
        awaitCarried(20);
        assertThat(target.taken()).containsExactlyElementsOf(numbered(20));
        assertThat(archive.taken()).hasSize(20).containsAll(numbered(20));
    }

    @Test
    void whatCannotBeDecidedIsArchivedAsItCrosses() {
        start(new ArchiveFirst(target, archive, selection((message, payload) -> {
            throw new IllegalArgumentException("no such field");
        })));
        publish(3);
        awaitCarried(3);
        assertThat(archive.taken()).containsExactly("m0", "m1", "m2");
        assertThat(bridge.counts().rejected()).isZero();
    }

    @Test
    void whatIsNotForTheArchiveKeepsItsPlaceAmongWhatIs() {
        start(new ArchiveFirst(
                target,
                archive,
                selection((message, payload) -> !message.payloadText().endsWith("1"))));
        archive.holdAnswers();
        publish(12);
        Awaitility.await().atMost(PATIENCE).until(() -> archive.heldCount() == 10);
        archive.answerBackwards();
        awaitCarried(12);
        assertThat(target.taken()).containsExactlyElementsOf(numbered(12));
        assertThat(archive.taken()).doesNotContain("m1", "m11").hasSize(10);
    }

    @Test
    void whatAnArchiveMissesThatNeedNotHaveItIsCountedAndShows() {
        start(new ArchiveCopies(target, archive, all()));
        archive.refuse(ReasonCode.STORAGE_FULL);
        publish(5);
        awaitCarried(5);
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.counts().missed() == 5);
        assertThat(bridge.health())
                .isEqualTo(new Health(
                        Health.Status.DEGRADED, "archive has missed 5 copies; the last: storage-full, on purpose"));
        archive.refuse(null);
        publish(1);
        awaitCarried(6);
        assertThat(archive.taken()).containsExactly("m0");
        Awaitility.await().atMost(PATIENCE).until(() -> bridge.health().equals(Health.UP));
        assertThat(bridge.counts().missed()).isEqualTo(5);
    }

    /** The bridge would wait for the target's answer, and send again what the target has. */
    @Test
    void anArchiveThatFailsHasMissedACopyAndHoldsNobodyUp() {
        start(new ArchiveCopies(target, archive, all()));
        archive.failNext(2);
        publish(5);
        awaitCarried(5);
        assertThat(target.taken()).containsExactlyElementsOf(numbered(5));
        assertThat(archive.taken()).containsExactly("m2", "m3", "m4");
        assertThat(bridge.counts().missed()).isEqualTo(2);
    }

    @Test
    void anArchiveThatNeedNotHaveItGetsOneCopyOfWhatCrossedInTheEnd() {
        start(new ArchiveCopies(target, archive, all()));
        target.refuse(ReasonCode.QUEUE_FULL);
        publish(10);
        Awaitility.await().atMost(PATIENCE).until(() -> target.refused() >= 3);
        assertThat(archive.taken()).isEmpty();
        target.refuse(null);
        awaitCarried(10);
        assertThat(archive.taken()).containsExactlyElementsOf(numbered(10));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorOfEitherSideEndsNothingAndCostsNoMessage(boolean ofTarget) {
        start(new ArchiveFirst(target, archive, all()));
        (ofTarget ? target : archive).failNext(2);
        publish(30);
        awaitCarried(30);
        assertThat(target.taken()).containsExactlyElementsOf(numbered(30));
        assertThat(archive.taken()).containsExactlyElementsOf(numbered(30));
        assertThat(bridge.counts().rejected()).isZero();
    }
}
