package io.signalbox.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.signalbox.configuration.hierarchy.TransportEntry;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TransportsConfigTest {
    @TempDir
    private Path folder = Path.of("");

    private TransportsConfig read(String yaml, Map<String, String> environment) throws InvalidConfigurationException {
        Path file = folder.resolve("bus.yaml");
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return TransportsConfig.read(file, environment);
    }

    private List<String> problems(String yaml) {
        InvalidConfigurationException e =
                catchThrowableOfType(InvalidConfigurationException.class, () -> read(yaml, Map.of()));
        return e == null ? List.of() : e.problems();
    }

    @Test
    void aHierarchyIsReadAndOrderedSoThatPartsComeFirst() throws Exception {
        TransportsConfig config = read("""
                transport: orders
                transports:
                  orders:
                    type: composite
                    strategy: fallback
                    return-after: 5s
                    members: [both, third]
                    archives:
                      - {transport: files, mode: best-effort, filter: orders/#}
                  both: {type: composite, strategy: quorum, members: [first, second]}
                  first: {type: memory}
                  second: {type: memory}
                  third: {type: memory}
                  files: {type: archive, directory: ./kept, file-bytes: 1MiB}
                """, Map.of());
        List<String> names =
                config.hierarchy().entries().stream().map(TransportEntry::name).toList();
        assertThat(names).containsExactlyInAnyOrder("orders", "both", "first", "second", "third", "files");
        assertThat(names.indexOf("both")).isGreaterThan(names.indexOf("first"));
        assertThat(names.getLast()).isEqualTo("orders");
        assertThat(config.hierarchy().standard()).isEqualTo("orders");
        assertThat(config.hierarchy().find("orders").orElseThrow().description())
                .isEqualTo("composite of both, third, files");
        assertThat(config.hierarchy().find("files").orElseThrow().description()).isEqualTo("archive at ./kept");
    }

    /** Each line: what is wrong, in place of {@code X} in a file that is right, and what its problem must say. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type: memry | line 3 | type 'memry'; did you mean 'memory'?",
                "type: pigeon | line 3 | there are [archive, composite, embedded, ",
                "tpe: memory | line 3 | transports.x.type is missing",
                "type: memory, spol: 1 | line 3 | unknown key 'transports.x.spol'",
                "type: memory, when-absent: sometimes | line 3 | it must be one of wait, fail, spool",
                "type: memory, when-absent: spool | line 3 | add `spool.directory: DIR`",
                "type: memory, spool: {bytes-max: 1MiB} | line 3 | transports.x.spool.bytes-max needs a folder",
                "type: memory, spool: yes | line 3 | is a group of keys",
                "type: archive | line 3 | transports.x.directory is missing (a path)",
                "type: archive, directory: d, flush-interval: 3 parsecs | line 3 | it must be a duration",
                "type: archive, directory: d, file-bytes: 10MB | line 3 | 10MiB",
                "type: archive, directory: d, files-max: 1 | line 3 | from 2 to",
                "type: composite, strategy: most, members: [m] | line 3 | it must be one of all, any, quorum",
                "type: composite, strategy: all | line 3 | transports.x.members is missing",
                "type: composite, strategy: all, members: [m, mm] | line 3 | made of 'mm', which is not there; did you mean 'm'?",
                "type: composite, strategy: all, members: [m, m] | transports | two parts of the name 'm'",
                "type: composite, strategy: quorum, needed: 3, members: [m] | line 3 | needed is 3, and there are 1 members",
                "type: composite, strategy: all, members: [x] | line 3 | made of each other",
                "type: composite, strategy: split, members: [m], split: {by: topic, otherwise: n} | line 3 | not among the members [m]",
                "type: composite, strategy: all, members: [m], rules: [{strategy: any}] | line 3 | either a filter or a message-type",
                "type: composite, strategy: all, members: [m], archives: [{mode: required}] | line 3 | archives[0].transport is missing",
                "type: test-server, server: '${NOT_SET}' | line 3 | environment variable NOT_SET, which is not set",
                "type: test-server, server: '${NOT SET}' | line 3 | is no reference",
                "type: test-server, server: s, hold: 20s, spool: {directory: d} | line 3 | keeps a publish without an answer for up to 20000 ms (hold), and the spool of x sends it again after 10000 ms",
                "type: test-server, server: s, spool: {directory: d, answer-timeout: 4ms} | line 3 | transports.x.hold cannot be 3ms, which is its share of the 4 ms that the spool of x waits: it must be a duration from 5ms to 1h",
                "type: test-server, server: s, gives: replicated | line 3 | one of routed, buffered, synced"
            })
    void whatIsWrongIsNamedWithItsLine(String wrong, String where, String text) {
        assertThat(problems("transports:\n  m: {type: memory}\n  x: {" + wrong + "}\n"))
                .singleElement()
                .asString()
                .contains(where)
                .contains(text);
    }

    @Test
    void aRequiredArchiveAndTheFarSideShareTheTimeOfTheirBridge() {
        String text = """
                transports:
                  m: {type: memory}
                  x: {type: test-server, server: s, hold: 6s}
                  y: {type: test-server, server: s}
                bridges:
                  - {name: b, from: m, to: x, filters: ["#"], archive: {transport: y}}
                """;
        assertThat(problems(text))
                .singleElement()
                .asString()
                .contains("keeps a publish without an answer for up to 6000 ms (hold)")
                .contains("the bridge 'b', half of whose time is the archive's, sends it again after 5000 ms");
        assertThat(problems(text.replace("hold: 6s", "hold: 4s"))).isEmpty();
        assertThat(problems(text.replace("transport: y", "transport: y, required: false")))
                .isEmpty();
    }

    @Test
    void theMembersOfAFallbackShareTheTimeOfWhoeverWaitsForThem() {
        String text = """
                transports:
                  m: {type: memory}
                  c: {type: composite, strategy: any, members: [x, y], rules: [{filter: a/#, strategy: fallback}], WAIT}
                  x: {type: test-server, server: s, hold: 2s}
                  y: {type: test-server, server: s}
                bridges:
                  - {name: b, from: m, to: c, filters: ["#"]}
                """;
        assertThat(problems(text.replace("WAIT", "answer-timeout: 6s")))
                .singleElement()
                .asString()
                .contains(
                        "keeps a publish without an answer for up to 12000 ms (answer-timeout, for each of 2 in turn)")
                .contains("the bridge 'b' sends it again after 10000 ms");
        assertThat(problems(text.replace("WAIT", "answer-timeout: 4s"))).isEmpty();
        assertThat(problems(text.replace("WAIT", "answer-timeout: 1s")))
                .singleElement()
                .asString()
                .contains("transports.x keeps a publish")
                .contains("the transport c sends it again after 1000 ms");
    }

    @Test
    void allProblemsAreToldAtOnceAndOtherKeysToo() {
        assertThat(problems("""
                        transport: nowhere
                        transports:
                          A_1: {type: memory}
                          a: {type: memory, colour: red}
                          b: {type: archive, directory: d, files-max: none}
                        mqtt: {port: 1883}
                        """))
                .hasSize(5)
                .anySatisfy(p -> assertThat(p).contains("line 1", "there are [A_1, a, b]"))
                .anySatisfy(p -> assertThat(p).contains("line 3", "'A_1' is no name of a transport"))
                .anySatisfy(p -> assertThat(p).contains("line 4", "colour"))
                .anySatisfy(p -> assertThat(p).contains("line 5", "files-max"))
                .anySatisfy(p -> assertThat(p).contains("line 6", "unknown key 'mqtt.port'"));
    }

    @Test
    void messagesAndBridgesAreCheckedAgainstTheTransports() {
        String transports = "transports:\n  a: {type: memory}\n  f: {type: archive, directory: d}\n";
        assertThat(problems(transports + "messages: [{type: T}]\n"))
                .singleElement()
                .asString()
                .contains("line 4", "messages[0] names no transport", "transport: NAME");
        assertThat(problems(transports + "messages: [{topics: x/#, transport: b, needs: [durable]}]\n"))
                .singleElement()
                .asString()
                .contains("line 4", "'b'; did you mean 'a'?");
        assertThat(problems(transports + "messages: [{topics: x/#, transport: a, needs: [durble]}]\n"))
                .singleElement()
                .asString()
                .contains("needs", "durable");
        assertThat(problems(transports + "messages: [{transport: a}]\n"))
                .singleElement()
                .asString()
                .contains("type, or topics");
        assertThat(problems(transports + "bridges: [{name: b, from: f, to: a, filters: '#'}]\n"))
                .singleElement()
                .asString()
                .contains("'f', which has no SUBSCRIBE");
        assertThat(problems(transports + "bridges: [{name: b, from: a, to: a, filters: '#'}]\n"))
                .singleElement()
                .asString()
                .contains("two ends");
        assertThat(problems(transports + "bridges: [{name: b, from: a, to: f, filters: '#', to-codec: morse}]\n"))
                .singleElement()
                .asString()
                .contains("'morse'", "application/msgpack");
        assertThat(problems(transports + "bridges: [{name: b, from: a, to: f, filters: '#', when: 'payload.a >'}]\n"))
                .singleElement()
                .asString()
                .contains("bridges[0].when is no condition");
        assertThat(problems(transports + "bridges: [{name: b, from: a, to: f, filters: 'a/#/b', window-max: 0}]\n"))
                .hasSize(2)
                .allSatisfy(p -> assertThat(p).contains("line 4"));
    }

    @Test
    void whatWouldLoseMessagesOfABridgeInSilenceIsRefused() {
        String transports = "transports:\n  a: {type: memory}\n  t: {type: test-server, server: s}\n";
        String bridge = transports + "bridges: [{name: b, from: FROM, to: TO, filters: '#', MORE}]\n";
        String fromMemory = bridge.replace("FROM", "a").replace("TO", "t");
        assertThat(problems(fromMemory.replace("MORE", "overflow: drop-oldest")))
                .singleElement()
                .asString()
                .contains(
                        "line 4", "bridges[0].overflow is 'drop-oldest'", "one of spill, dead-letter, reject-publish");
        assertThat(problems(fromMemory.replace("MORE", "queue-messages-max: 5, queue-bytes-max: 1MiB")))
                .hasSize(2)
                .allSatisfy(p -> assertThat(p).contains("line 4", "bounds nothing", "bridges[0].overflow"));
        assertThat(problems(fromMemory.replace("MORE", "overflow: dead-letter, queue-messages-max: 5")))
                .isEmpty();
    }

    @Test
    void explainSaysWhatBoundsTheQueueOfABridge() throws Exception {
        String transports = "transport: a\ntransports:\n  a: {type: memory}\n  b: {type: memory}\n";
        String bridge = "bridges: [{name: over, from: a, to: b, filters: '#'MORE}]\n";
        assertThat(explained(transports + bridge.replace("MORE", "")))
                .contains("bridge      over: a -> b, #; what waits has no bound but the source's own\n");
        assertThat(explained(transports + bridge.replace("MORE", ", overflow: dead-letter, queue-messages-max: 7")))
                .contains("; beyond 7 messages or 268435456 bytes the oldest that wait become dead letters");
    }

    private String explained(String yaml) throws Exception {
        return new Explanations(read(yaml, Map.of()), Map.of(), Duration.ZERO)
                .explain("x/1", List.of())
                .text();
    }

    @Test
    void aRuleForATransportThatNoMessageComesToIsRefused() throws Exception {
        String transports = "transport: a\ntransports:\n  a: {type: memory}\n  b: {type: memory}\n";
        String rule = "messages: [{topics: x/#, transport: b, needs: [ordered]}]\n";
        assertThat(problems(transports + rule))
                .singleElement()
                .asString()
                .contains("line 5", "x/# names the transport 'b', to which no message comes", "strategy: split");
        String bridge = "bridges: [{name: over, from: a, to: b, filters: '#'}]\n";
        Explanations explanations =
                new Explanations(read(transports + rule + bridge, Map.of()), Map.of(), Duration.ZERO);
        assertThat(explanations.explain("x/1", List.of()).door()).isEqualTo("the bridge over, from a");
        assertThat(explanations.explain("y/1", List.of()).text())
                .contains("door        whoever publishes to the default transport");
    }

    /** Each printable character in a password, as it stands between quotes. */
    @Test
    void aPasswordWithAReferenceInItIsRepeatedInNoProblem() {
        for (char c = ' '; c < 127; c++) {
            if (c == '$') {
                continue; // $${ is no reference
            }
            List<String> references = List.of("hush" + c + "${tail", "${hush" + c + "tail}", "${hush" + c + "x}tail");
            StringBuilder yaml = new StringBuilder("transports:\n");
            for (int i = 0; i < references.size(); i++) {
                String quoted = references.get(i).replace("'", "''");
                yaml.append("  x" + i + ": {type: test-server, server: '" + quoted + "'}\n");
            }
            assertThat(problems(yaml.toString()))
                    .as(references.toString())
                    .hasSize(3)
                    .noneMatch(p -> p.contains("hush") || p.contains("tail"));
        }
    }

    @Test
    void whatTheCommandLineSaysCountsMoreThanTheEnvironment() {
        Problems problems = new Problems();
        Map<String, Entry> entries = Map.of(
                "transports.stock.type", new Entry("test-server", "bus.yaml line 2"),
                "transports.stock.server", new Entry("test:said", "--set transports.stock.server"));
        TransportsConfig config = TransportsConfig.read(
                entries, Map.of("SIGNALBOX_TRANSPORT_STOCK_URL", "test:environment"), Map.of(), "", problems);
        assertThat(problems.texts()).isEmpty();
        assertThat(config.hierarchy().find("stock").orElseThrow().plan().endpoint())
                .isEqualTo("test:said");
    }

    @Test
    void anAliasIsRefusedInAListToo() {
        assertThat(problems("""
                        transports:
                          m: {type: &a memory}
                          x: {type: composite, strategy: all, members: [*a]}
                        """))
                .anySatisfy(p -> assertThat(p).contains("line 3", "transports.x.members has an alias"));
    }

    @Test
    void secretsComeFromTheEnvironmentAndAreNotRepeated() throws Exception {
        String yaml = "transports:\n  x: {type: test-server, server: 'a-${ONE}-$${ONE}'}\n";
        TransportsConfig config = read(yaml, Map.of("ONE", "1"));
        assertThat(config.hierarchy().find("x").orElseThrow().plan().endpoint()).isEqualTo("a-1-${ONE}");
        assertThat(problems("transports:\n  x: {type: test-server, server: ' ', secret-typo: hush}\n"))
                .noneMatch(p -> p.contains("hush"));
        assertThat(problems("transports:\n  x: {type: test-server, server: 'half${hush'}\n"))
                .singleElement()
                .asString()
                .contains("has a ${ that is no reference")
                .doesNotContain("hush");
    }

    @Test
    void theEnvironmentNamesTransportsByUrl() throws Exception {
        Map<String, String> environment =
                Map.of("SIGNALBOX_TRANSPORT_URL", "test:one", "SIGNALBOX_TRANSPORT_STOCK_LEVEL_URL", "test:two");
        TransportsConfig config = read("transports:\n  m: {type: memory}\n", environment);
        assertThat(config.hierarchy().names()).containsExactly("default", "m", "stock-level");
        assertThat(config.hierarchy().standard()).isEqualTo("default");
        assertThat(config.hierarchy().find("stock-level").orElseThrow().plan().endpoint())
                .isEqualTo("test:two");
        assertThat(read("transport: m\ntransports:\n  m: {type: memory}\n", environment)
                        .hierarchy()
                        .standard())
                .isEqualTo("m");
        assertThat(catchThrowableOfType(
                                InvalidConfigurationException.class,
                                () -> read("", Map.of("SIGNALBOX_TRANSPORT_URL", "ftp://x:secret@y")))
                        .problems())
                .singleElement()
                .asString()
                .contains("environment SIGNALBOX_TRANSPORT_URL", "test")
                .doesNotContain("secret");
        assertThat(catchThrowableOfType(
                                InvalidConfigurationException.class,
                                () -> read("", Map.of("SIGNALBOX_TRANSPORT_ULR", "test:x")))
                        .problems())
                .hasSize(1);
    }
}
