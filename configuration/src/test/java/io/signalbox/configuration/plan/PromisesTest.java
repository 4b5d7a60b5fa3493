package io.signalbox.configuration.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.BrokerConfig.TopicPolicy;
import io.signalbox.broker.embedded.BrokerPromise;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.configuration.ConfiguredTransports;
import io.signalbox.configuration.TestServerProvider;
import io.signalbox.configuration.TransportsConfig;
import io.signalbox.configuration.source.EntrySink;
import io.signalbox.configuration.source.YamlSource;
import io.signalbox.error.SignalboxException;
import io.signalbox.log.LogConfig;
import io.signalbox.message.Message;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.testkit.TestClient;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.provider.Promise;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No more is promised than a receipt says, however transports are put together and whatever topic it is. */
final class PromisesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> STRATEGIES = List.of("all", "any", "quorum", "split", "fallback");
    private static final List<String> FILTERS = List.of("#", "a/#", "a/+", "a/b", "+/b/#", "c/#");

    @TempDir
    private Path folder;

    private LogConfig log() {
        return LogConfig.defaults(folder.resolve("broker")).withSegmentBytes(64 << 10);
    }

    private TransportsConfig read(String yaml, Promise broker) throws Exception {
        Path file = folder.resolve("bus.yaml");
        Files.writeString(file, yaml.replace("FOLDER", folder.toString()));
        Problems problems = new Problems();
        Map<String, Entry> entries = new LinkedHashMap<>();
        YamlSource.read(file, new EntrySink() {
            @Override
            public void put(String name, String text, String where) {
                entries.put(name, new Entry(text, where));
            }

            @Override
            public void problem(String where, String text) {
                problems.add(where, text);
            }
        });
        TransportsConfig config =
                TransportsConfig.read(entries, Map.of(), Map.of("broker", broker), "broker", problems);
        assertThat(problems.texts()).isEmpty();
        return config;
    }

    private static <T> T one(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static TopicPolicy policy(Random random) {
        List<Durability> levels = List.of(Durability.ROUTED, Durability.BUFFERED, Durability.SYNCED);
        return new TopicPolicy(
                TopicFilter.ofMqtt(one(random, FILTERS)), Durability.ROUTED, one(random, levels), random.nextBoolean());
    }

    /** A composite with another one in it, one of whose members may be away; archives and spools here and there. */
    private static String hierarchy(Random random) {
        return """
                transport: all
                transports:
                  all:
                    type: composite
                    strategy: STRATEGY
                    rules: [{filter: FILTER, strategy: STRATEGY}]
                    SPLIT
                    members: [broker, second, inner]
                    archives: [{transport: files, filter: FILTER, mode: MODE}]
                    SPOOL
                  second: {type: embedded, directory: FOLDER/second, segment-bytes: 64KiB}
                  inner:
                    type: composite
                    strategy: INNER
                    members: [third, far]
                    archives: [{transport: files-too, filter: FILTER}]
                  third: {type: embedded, directory: FOLDER/third, segment-bytes: 64KiB}
                  far:
                    type: test-server
                    server: SERVER
                    gives: LEVEL
                    SPOOL
                  files: {type: archive, directory: FOLDER/kept, flush-interval: 1ms, acknowledge: LEVEL}
                  files-too: {type: archive, directory: FOLDER/kept-too, flush-interval: 1ms, acknowledge: LEVEL}
                """.lines()
                .map(line -> line.replace("STRATEGY", one(random, STRATEGIES))
                        .replace("INNER", one(random, List.of("all", "any", "quorum", "fallback")))
                        .replace(
                                "SPLIT",
                                "split: {by: topic, rules: [{match: FILTER, member: second}], otherwise: broker}")
                        .replace("FILTER", "'" + one(random, FILTERS) + "'")
                        .replace("MODE", one(random, List.of("required", "best-effort")))
                        .replace("LEVEL", one(random, List.of("routed", "buffered", "synced")))
                        .replace("SPOOL", spool(random)))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String spool(Random random) {
        return random.nextBoolean()
                ? "spool: {directory: FOLDER/spool-" + random.nextInt(1_000_000) + ", acknowledge: "
                        + one(random, List.of("buffered", "synced")) + "}"
                : "when-absent: wait";
    }

    private static Topic topic(Random random) {
        List<String> levels = new ArrayList<>();
        IntStream.rangeClosed(0, random.nextInt(4)).forEach(i -> levels.add(one(random, List.of("a", "b", "c"))));
        return Topic.ofMqtt(String.join("/", levels));
    }

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aReceiptSaysAtLeastWhatWasPromised(int seed) throws Exception {
        Random random = new Random(seed);
        BrokerConfig policies = BrokerConfig.DEFAULT.withPolicies(IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> policy(random))
                .toList());
        Promise broker = new BrokerPromise(policies, log());
        String server = UUID.randomUUID().toString();
        String yaml = hierarchy(random);
        TransportsConfig config = read(yaml.replace("SERVER", server), broker);
        boolean there = random.nextInt(4) > 0;
        if (there) {
            TestServerProvider.server(server).arrives();
        }
        Promise promise = Objects.requireNonNull(
                config.hierarchy().promises(Map.of("broker", broker), PATIENCE).get("all"));
        try (EmbeddedBroker open = EmbeddedBroker.open(policies, log(), Authorizer.ALLOW_ALL, TimeSource.monotonic());
                ConfiguredTransports transports = ConfiguredTransports.open(
                        config, Map.of("broker", open), Map.of("broker", broker), TimeSource.monotonic())) {
            for (int i = 0; i < 25; i++) {
                Message message = Message.to(topic(random)).payload("m" + i).build();
                String what = message.topic() + " of seed " + seed + ", " + (there ? "" : "far is absent,\n") + yaml;
                Durability reached;
                try {
                    reached = TestClient.get(transports.transport().publish(message), PATIENCE)
                            .durability();
                } catch (SignalboxException e) {
                    // Refused: nothing was promised. A member that is there refuses nothing.
                    assertThat(there).as("%s: %s", e.getMessage(), what).isFalse();
                    continue;
                }
                Durability promised = promise.durability(message);
                assertThat(reached.atLeast(promised))
                        .as("%s promised, %s reached for %s", promised, reached, what)
                        .isTrue();
                assertThat(promise.guarantees(message).durability()).startsWith(promised + ": ");
                if (promise.archives(message)) {
                    assertThat(archived(transports, "files") + archived(transports, "files-too"))
                            .as(what)
                            .contains("m" + i + ";");
                }
            }
        }
    }

    private static String archived(ConfiguredTransports transports, String archive) {
        StringBuilder payloads = new StringBuilder();
        TestClient.get(
                transports
                        .transport(archive)
                        .read(
                                ReadRequest.last(TopicFilter.ofMqtt("#"), 100),
                                stored -> payloads.append(stored.message().payloadText())
                                                .append(';')
                                        != null),
                PATIENCE);
        return payloads.toString();
    }

    /** Each line: a rule over the hierarchy, and what is said of it; empty: it is given. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {topics: telemetry/#, transport: broker, needs: [synced]}   | it gives ROUTED
            {topics: telemetry/#, needs: [synced]}                      | it gives ROUTED
            {topics: telemetry/#, needs: [durable]}                     | it gives ROUTED
            {topics: '+/fast', needs: [synced]}                         | /fast)
            {type: Reading, needs: [durable]}                           | it gives ROUTED
            {topics: best/#, needs: [durable]}                          | it gives ROUTED
            {topics: payments/#, needs: [archive]}                      | no archive has it when it is accepted (on payments
            {topics: payments/+, needs: [archive, durable]}             |
            {topics: payments/+, needs: [synced]}                       | it gives BUFFERED
            {topics: lost/#, needs: [archive]}                          | no archive has it
            {topics: orders/#, needs: [synced]}                         |
            """)
    void aRuleIsGivenWhatItNeedsOnAllItsTopicsOrRefused(String rule, String missing) throws Exception {
        BrokerConfig policies = BrokerConfig.DEFAULT.withPolicies(List.of(
                new TopicPolicy(TopicFilter.ofMqtt("telemetry/#"), Durability.ROUTED, Durability.ROUTED, false),
                new TopicPolicy(TopicFilter.ofMqtt("best/#"), Durability.ROUTED, Durability.SYNCED, true)));
        Promise broker = new BrokerPromise(policies, log());
        String yaml = """
                transport: both
                transports:
                  both:
                    type: composite
                    strategy: all
                    members: [broker, second]
                    archives:
                      - {transport: files, filter: payments/+}
                      - {transport: lossy, filter: lost/#}
                  second: {type: embedded, directory: FOLDER/second}
                  files: {type: archive, directory: FOLDER/kept}
                  lossy: {type: archive, directory: FOLDER/lossy, acknowledge: routed}
                messages: [RULE]
                """.replace("RULE", rule);
        TransportsConfig config = read(yaml, broker);
        List<Judgement> judged =
                config.plan().judge(config.hierarchy().promises(Map.of("broker", broker), Duration.ZERO));
        if (missing == null) {
            assertThat(judged.getFirst().isMet())
                    .as(judged.getFirst().toString())
                    .isTrue();
        } else {
            assertThat(judged.getFirst().refusals())
                    .isNotEmpty()
                    .allSatisfy(r -> assertThat(r).contains(missing));
        }
    }

    @Test
    void whatIsInASpoolIsInNoArchive() throws Exception {
        Promise broker = new BrokerPromise(BrokerConfig.DEFAULT, log());
        TransportsConfig config = read("""
                transport: both
                transports:
                  both:
                    type: composite
                    strategy: all
                    members: [broker]
                    archives: [{transport: files}]
                    spool: {directory: FOLDER/spool}
                  files: {type: archive, directory: FOLDER/kept}
                messages: [{topics: a, needs: [archive]}]
                """, broker);
        assertThat(config.plan()
                        .judge(config.hierarchy().promises(Map.of("broker", broker), Duration.ZERO))
                        .getFirst()
                        .refusals())
                .hasSize(1);
    }

    @Test
    void anEarlierRuleTakesItsTopicsAwayFromALaterOne() throws Exception {
        BrokerConfig policies = BrokerConfig.DEFAULT.withPolicies(
                List.of(new TopicPolicy(TopicFilter.ofMqtt("a/fast"), Durability.ROUTED, Durability.ROUTED, false)));
        Promise broker = new BrokerPromise(policies, log());
        String later = "{topics: a/#, needs: [synced]}";
        for (String earlier : List.of("{topics: a/fast}, ", "{topics: a/+}, ")) {
            TransportsConfig config = read("messages: [" + earlier + later + "]\n", broker);
            assertThat(config.plan().judge(Map.of("broker", broker))).allMatch(Judgement::isMet);
        }
        TransportsConfig config = read("messages: [{type: Other, topics: a/fast}, " + later + "]\n", broker);
        assertThat(config.plan().judge(Map.of("broker", broker)).getLast().isMet())
                .isFalse();
    }
}
