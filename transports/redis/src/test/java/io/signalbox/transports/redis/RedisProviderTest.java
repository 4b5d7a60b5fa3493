package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.signalbox.message.Message;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Settings;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said before it is open is what it is; it depends on the server, which is asked. */
final class RedisProviderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Message ANY = Message.to(Topic.ofMqtt("a")).build();

    private static TransportPlan plan(String... namesAndValues) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            entries.put(namesAndValues[i], new Entry(namesAndValues[i + 1], "test"));
        }
        RedisProvider provider = new RedisProvider();
        Settings settings = new Settings("transports.r", entries);
        Problems problems = new Problems();
        settings.check(provider.settings(), problems);
        assertThat(problems.texts()).isEmpty();
        return provider.prepare(settings);
    }

    @Test
    void thePromiseIsWhatTheOpenOneSaysHoweverTheServerIsSetUp() throws Exception {
        try (RedisServer server = RedisServer.synced()) {
            TransportPlan plan = plan("uri", RedisServer.uri(server.port()), "payload-bytes-max", "1MiB");
            for (String fsync : new String[] {"always", "everysec", "no"}) {
                server.cli("config", "set", "appendfsync", fsync);
                Promise promise = plan.promise(Map.of(), PATIENCE);
                try (Transport open = plan.open(
                        new Surroundings("r", new ManualTimeSource(), WhenAbsent.FAIL, RedisProviderTest::none))) {
                    assertThat(promise.capabilities()).isEqualTo(open.capabilities());
                    assertThat(promise.guarantees(ANY)).isEqualTo(open.guarantees());
                    assertThat(promise.isCertain()).isTrue();
                }
            }
        }
    }

    @Test
    void whoIsNotAskedOrDoesNotAnswerPromisesTheLeast() {
        for (Promise unasked : new Promise[] {
            plan("uri", RedisServer.uri(RedisServer.shared().port())).promise(Map.of(), Duration.ZERO),
            plan("uri", "redis://127.0.0.1:1").promise(Map.of(), PATIENCE)
        }) {
            assertThat(unasked.isCertain()).isFalse();
            assertThat(unasked.capabilities().durability()).isEqualTo(Durability.ROUTED);
            assertThat(unasked.durabilityMax(ANY)).isEqualTo(Durability.SYNCED);
        }
    }

    @Test
    void aServerSaysItsVersionAndAnAbsentOneDoesNotAnswer() throws Exception {
        ServerAnswer answer = Objects.requireNonNull(
                plan("uri", RedisServer.uri(RedisServer.shared().port())).probe(PATIENCE));
        assertThat(answer.version()).matches("Redis \\d+\\.\\d+.*");
        assertThatThrownBy(() -> plan("uri", "redis://127.0.0.1:1").probe(PATIENCE))
                .isInstanceOf(Exception.class);
    }

    @Test
    void anAddressThatIsNoneIsRefusedWithoutRepeatingThePassword() {
        assertThatThrownBy(() -> plan("uri", "http://user:hush@host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redis://")
                .hasMessageNotContaining("hush");
        assertThatThrownBy(() -> plan("uri", "redis://user:hush hush@host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("%XX")
                .hasMessageNotContaining("hush");
        assertThat(plan("uri", "redis://user:hush@host:77/3").endpoint()).isEqualTo("host:77");
    }

    /** With each printable character in the middle, as it stands and as it should be written. */
    static Stream<String> passwords() {
        return Stream.iterate(' ', c -> (char) (c + 1))
                .limit(95)
                .flatMap(c ->
                        Stream.of("hushFirst" + c + "hushLast", String.format("hushFirst%%%02XhushLast", (int) c)));
    }

    @ParameterizedTest
    @MethodSource("passwords")
    void aPasswordIsRepeatedNowhere(String password) {
        for (String user : new String[] {"", "bus"}) {
            String uri = "redis://" + user + ":" + password + "@127.0.0.1:1/0";
            Throwable failure;
            try {
                TransportPlan plan = plan("uri", uri);
                assertThat(plan.endpoint()).isEqualTo("127.0.0.1:1");
                assertThat(RedisConfig.of(uri).toString()).doesNotContain("hush");
                failure = catchThrowable(() -> plan.probe(PATIENCE));
            } catch (IllegalArgumentException e) {
                failure = e;
            }
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain("hush");
            }
        }
    }

    private static Transport none(String part) {
        throw new AssertionError(part);
    }
}
