package io.signalbox.transports.composite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.message.Message;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Health;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.SwitchedTransport.Mode;
import io.signalbox.transports.composite.strategy.SplitBy;
import io.signalbox.transports.composite.strategy.Strategy;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The archive receives everything, and nobody receives from it. */
class ArchiveTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Of a member that does not answer: the test waits for that, and another member must answer within it. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final SwitchedTransport first = Brokers.switched();
    private final SwitchedTransport second = Brokers.switched();
    private final SwitchedTransport archive = Brokers.switched();

    @SuppressWarnings("NullAway.Init") // each test opens one
    private CompositeTransport composite;

    private void open(Strategy strategy, Archive.Mode mode, String filter) {
        open(strategy, mode, filter, PATIENCE);
    }

    private void open(Strategy strategy, Archive.Mode mode, String filter, Duration answerTimeout) {
        composite = new CompositeTransport(
                CompositeConfig.of("c", strategy, List.of(new Member("m0", first), new Member("m1", second)))
                        .withAnswerTimeout(answerTimeout)
                        .withArchives(List.of(new Archive("archive", archive, mode, TopicFilter.ofMqtt(filter)))),
                TimeSource.monotonic());
    }

    @AfterEach
    void close() {
        composite.close();
    }

    private void publish(String topic, String payload) {
        TestClient.get(
                composite.publish(
                        Message.to(Topic.ofMqtt(topic)).payload(payload).build()),
                PATIENCE);
    }

    @Test
    void theArchiveGetsWhatTheMembersShare() {
        open(new Strategy.Split(new SplitBy.Addressee(Map.of(), "m1")), Archive.Mode.REQUIRED, "#");
        publish("a", "1");
        publish("b", "2");
        assertThat(archive.takenTexts()).containsExactly("1", "2");
        assertThat(first.taken()).isEmpty();
    }

    @Test
    void aSubscriberOfEverythingGetsNothingFromTheArchive() {
        open(Strategy.ANY, Archive.Mode.REQUIRED, "#");
        TestClient client = TestClient.open(
                        composite, SessionOptions.transientSession("s"), SettleBehaviour.ACCEPT, PATIENCE)
                .subscribe("#");
        TestClient.get(
                archive.publish(Message.to(Topic.ofMqtt("a"))
                        .payload("only in the archive")
                        .build()),
                PATIENCE);
        publish("a", "everywhere");
        client.fence();
        assertThat(client.received().payloads()).containsExactly("everywhere");
        client.close();
    }

    @Test
    void noMethodOfAnArchiveHandsItsTransportOut() {
        open(Strategy.ANY, Archive.Mode.REQUIRED, "#");
        assertThat(Arrays.stream(Archive.class.getDeclaredMethods())
                        .filter(method -> !Modifier.isPrivate(method.getModifiers()))
                        .map(method -> method.getReturnType().getName()))
                .isNotEmpty()
                .doesNotContain(Transport.class.getName());
    }

    @Test
    void aRequiredArchiveThatRefusesMakesThePublishPartial() {
        open(Strategy.ALL, Archive.Mode.REQUIRED, "#");
        archive.mode(Mode.REFUSING);
        assertThatThrownBy(() -> publish("a", "x"))
                .hasMessageContaining("the members")
                .hasMessageContaining("archive: busy");
        archive.mode(Mode.DOWN);
        assertThat(composite.health().status()).isEqualTo(Health.Status.DOWN);
    }

    /** Each member has its time; the archive waits for the last of them. */
    @Test
    void anArchiveBesideAFallbackWaitsForAllMembersInTurn() {
        open(new Strategy.Fallback(Duration.ofMinutes(1)), Archive.Mode.REQUIRED, "#", SILENCE);
        first.mode(Mode.HANGING);
        publish("a", "x");
        assertThat(second.takenTexts()).containsExactly("x");
        assertThat(archive.takenTexts()).containsExactly("x");
    }

    @Test
    void whatABestEffortArchiveMissesIsCounted() {
        open(Strategy.ALL, Archive.Mode.BEST_EFFORT, "#");
        publish("a", "1");
        archive.mode(Mode.DOWN);
        publish("a", "2");
        assertThat(composite.unarchivedCount()).isEqualTo(1);
        assertThat(composite.health().status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(archive.takenTexts()).containsExactly("1");
    }

    @Test
    void aSelectiveArchiveGetsItsTopicsAlone() {
        open(Strategy.ALL, Archive.Mode.REQUIRED, "audit/#");
        publish("a", "1");
        publish("audit/x", "2");
        assertThat(archive.takenTexts()).containsExactly("2");
        assertThat(composite.explain(Topic.ofMqtt("a")).hazards()).contains("not archived in archive");
    }
}
