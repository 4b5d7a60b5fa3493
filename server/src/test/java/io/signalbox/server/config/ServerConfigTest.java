package io.signalbox.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.BrokerConfig.TopicPolicy;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.setting.Durations;
import io.signalbox.setting.Sizes;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Durability;
import io.signalbox.transport.OverflowPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ServerConfigTest {
    @TempDir
    Path directory = Path.of("");

    private ServerConfig yaml(String text) throws Exception {
        Path file = directory.resolve("signalbox.yaml");
        Files.writeString(file, text);
        return ServerConfig.load(file, Map.of(), Map.of());
    }

    private List<String> problems(String text) {
        ConfigurationException e = catchThrowableOfType(ConfigurationException.class, () -> yaml(text));
        return e == null ? List.of() : e.problems();
    }

    private static ServerConfig set(String key, String value) throws Exception {
        return ServerConfig.load(null, Map.of(), Map.of(key, value));
    }

    @Test
    void withoutAnythingEveryRoomHasItsOwnDefaults() throws Exception {
        ServerConfig config = ServerConfig.load(null, Map.of(), Map.of());
        assertThat(config.mqtt()).isEqualTo(MqttConfig.DEFAULT);
        assertThat(config.broker()).isEqualTo(BrokerConfig.DEFAULT);
        LogConfig log =
                LogConfig.defaults(Path.of("./data")).withClock(config.log().clock());
        assertThat(config.log()).isEqualTo(log);
        assertThat(config.http())
                .isEqualTo(new HttpConfig(
                        "127.0.0.1",
                        8080,
                        null,
                        2 << 20,
                        1000,
                        100_000,
                        10_000,
                        4_096,
                        100,
                        100_000,
                        64,
                        16,
                        500,
                        1000,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        List.of(),
                        List.of()));
        assertThat(config.security().anonymous()).isTrue();
        assertThat(config.security().passwordFile()).isNull();
        assertThat(config.security().permissionFile()).isNull();
        assertThat(config.shutdownTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    static List<ConfigKey<?>> keys() {
        return ConfigKeys.all();
    }

    /** The default itself must be a legal value, and a key that is ignored would not change anything. */
    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyHasALegalDefaultATextAndIsReallyRead(ConfigKey<?> key) throws Exception {
        assertThat(key.meaning()).endsWith(".");
        assertThat(key.defaultValue()).isNotNull();
        String name = key.name().replace("[]", "[0]");
        Map<String, String> sets = new HashMap<>(Map.of(name, otherThanDefault(key)));
        if (name.contains(".tls.")) {
            String room = name.substring(0, name.indexOf('.'));
            sets.putIfAbsent(room + ".tls.certificate", "cert.pem");
            sets.putIfAbsent(room + ".tls.key", "key.pem");
            if (name.endsWith("required")) {
                sets.put(room + ".tls.client-authorities", "ca.pem");
            }
        }
        if (name.endsWith(".host")) {
            sets.put("security.anonymous", "true");
        }
        Map<String, String> without = new HashMap<>(sets);
        without.remove(name);
        if (name.equals("security.anonymous")) {
            sets.put("security.password-file", "p");
            without.put("security.password-file", "p");
        }
        if (name.endsWith(".tls.certificate") || name.endsWith(".tls.key")) {
            without.clear();
        }
        assertThat(plain(ServerConfig.load(null, Map.of(), sets)))
                .as(name)
                .isNotEqualTo(plain(ServerConfig.load(null, Map.of(), without)));
    }

    /** The clock of two log configurations is never equal. */
    private static String plain(ServerConfig config) {
        return config.toString().replaceAll("clock=[^,\\]]*", "");
    }

    private static String otherThanDefault(ConfigKey<?> key) {
        if (key.form().startsWith("a whole number")
                || key.form().startsWith("a path")
                || key.form().startsWith("a size")) {
            return key.name().startsWith("log.record-bytes") || key.name().startsWith("amqp.outstanding-bytes")
                    ? "17MiB"
                    : key.form().startsWith("a size") ? "70001" : "7";
        }
        return switch (key.name()) {
            case "mqtt.host", "amqp.host", "http.host" -> "0.0.0.0";
            case "mqtt.session-expiry-max" -> "7d";
            case "mqtt.overflow", "amqp.overflow", "amqp.volatile-overflow" -> "spill";
            case "amqp.queue-user" -> "queues";
            case "security.anonymous" -> "true";
            case "topics[].filter" -> "a/+";
            case "topics[].at-most-once", "topics[].acknowledged" -> "buffered";
            default -> key.form().startsWith("true") ? "true" : key.form().startsWith("texts") ? "http://x" : "77s";
        };
    }

    @Test
    void aFileSetsNestedKeysAndTopicPolicies() throws Exception {
        ServerConfig config = yaml("""
                mqtt:
                  port: 0
                  overflow: reject-publish
                  queue-bytes-max: 1GiB
                http: {port: 9090, origins: [https://a.example, https://b.example]}
                broker:
                  retry-delays: [500ms, 1m]
                topics:
                  - filter: sensors/#
                    acknowledged: buffered
                  - {filter: "best/+", best-effort: true, at-most-once: synced}
                """);
        assertThat(config.mqtt().port()).isZero();
        assertThat(config.mqtt().overflow()).isEqualTo(OverflowPolicy.REJECT_PUBLISH);
        assertThat(config.mqtt().queueBytesMax()).isEqualTo(1L << 30);
        assertThat(config.http().port()).isEqualTo(9090);
        assertThat(config.http().origins()).containsExactly("https://a.example", "https://b.example");
        assertThat(config.broker().retryDelays()).containsExactly(Duration.ofMillis(500), Duration.ofMinutes(1));
        assertThat(config.broker().policies())
                .containsExactly(
                        new TopicPolicy(TopicFilter.ofMqtt("sensors/#"), Durability.ROUTED, Durability.BUFFERED, false),
                        new TopicPolicy(TopicFilter.ofMqtt("best/+"), Durability.SYNCED, Durability.SYNCED, true));
    }

    @Test
    void transportsAreReadWithTheRestAndTheirProblemsToldWithTheRest() throws Exception {
        ServerConfig config = yaml("""
                transport: kept
                transports:
                  kept: {type: embedded, directory: kept}
                messages:
                  - {topics: orders/#, transport: broker, needs: [synced, ordered]}
                """);
        assertThat(config.transports().hierarchy().names()).containsExactly("broker", "kept");
        assertThat(config.transports().hierarchy().standard()).isEqualTo("kept");
        assertThat(ServerConfig.load(null, Map.of(), Map.of()).transports().isEmpty())
                .isTrue();
        assertThat(ServerConfig.load(
                                null, Map.of(), Map.of("transports.x.type", "embedded", "transports.x.directory", "x"))
                        .transports()
                        .hierarchy()
                        .standard())
                .isEqualTo("broker");
        assertThat(problems("mqtt: {port: x}\ntransports:\n  broker: {type: embedded, directory: d}\n"))
                .hasSize(2)
                .anySatisfy(p -> assertThat(p).contains("line 1", "mqtt.port"))
                .anySatisfy(p -> assertThat(p).contains("line 3", "'broker' is taken"));
    }

    @Test
    void anUnknownKeyIsNamedWithItsLineAndTheKeyThatWasMeant() {
        assertThat(problems("http:\n  port: 1\nmqtt:\n  prot: 1883\n"))
                .singleElement()
                .asString()
                .endsWith("signalbox.yaml line 4: unknown key 'mqtt.prot'; did you mean 'mqtt.port'?");
        assertThat(problems("mqt:\n  port: 1\n")).singleElement().asString().contains("line 2", "'mqtt.port'");
    }

    @Test
    void allProblemsAreReportedAtOnce() {
        assertThat(problems("""
                        mqtt:
                          port: 99999
                          host: 0.0.0.0
                          receive-maximum: many
                          overflow: explode
                        log:
                          age-max: 3 parsecs
                          segment-bytes: 10MB
                        topics:
                          - filter: a/#/b
                        nonsense: 1
                        """))
                .hasSize(8)
                .anySatisfy(p -> assertThat(p)
                        .contains("line 2: mqtt.port is '99999'; it must be a whole number from 0 to 65535"))
                .anySatisfy(p -> assertThat(p).contains("line 3", "0.0.0.0", "security.password-file: FILE"))
                .anySatisfy(p -> assertThat(p).contains("line 4", "'many'"))
                .anySatisfy(p -> assertThat(p).contains("line 5", "drop-oldest"))
                .anySatisfy(p -> assertThat(p).contains("line 7", "'3 parsecs'", "24h"))
                .anySatisfy(p -> assertThat(p).contains("line 8", "'10MB'", "10MiB"))
                .anySatisfy(p -> assertThat(p).contains("line 10", "a/#/b"))
                .anySatisfy(p -> assertThat(p).contains("line 11", "nonsense"));
    }

    @Test
    void aFileThatIsNotAConfigurationIsRefused() {
        assertThat(problems("- a\n- b\n")).singleElement().asString().contains("keys and values");
        assertThat(problems("mqtt: {port: [1\n")).isNotEmpty();
        assertThat(problems("mqtt:\n  port: 1\n  port: 2\n"))
                .singleElement()
                .asString()
                .contains("port");
        assertThat(problems("mqtt:\n  port:\n")).singleElement().asString().contains("no value");
        assertThat(problems("a: ".repeat(3) + "1")).isNotEmpty();
        assertThat(problems("mqtt:\n  port: 1\n---\nmqtt:\n  port: 2\n"))
                .singleElement()
                .asString()
                .contains("second document");
        assertThat(problems("x: &a 1\nmqtt:\n  port: *a\n")).isNotEmpty();
        assertThat(problems("{a: ".repeat(200) + "1" + "}".repeat(200))).isNotEmpty();
        assertThatThrownBy(() -> ServerConfig.load(directory.resolve("none.yaml"), Map.of(), Map.of()))
                .hasMessageContaining("none.yaml")
                .hasMessageContaining("cannot be read");
    }

    @Test
    void slipsOfPeopleWhoKnowYamlAndShellsAreUnderstood() {
        assertThat(problems("mqtt:\n\tport: 1\n")).singleElement().asString().contains("line 2: is not YAML", "TAB");
        assertThat(problems("a: [1\nb: c\n")).singleElement().asString().contains("line 2", "expected ',' or ']'");
        assertThat(problems("mqtt: 5\ntopics:\n- a\n"))
                .satisfiesExactly(
                        group -> assertThat(group).contains("'mqtt' is a group of keys, such as mqtt."),
                        list -> assertThat(list).contains("'topics' is a group of keys, such as topics[]."));
        assertThat(problems("data.dir: ~/data\n")).singleElement().asString().contains("~ is the shell's");
    }

    @Test
    void anEmptyFileIsTheDefaults() throws Exception {
        assertThat(yaml("# nothing\n").mqtt()).isEqualTo(MqttConfig.DEFAULT);
    }

    @Test
    void theEnvironmentWinsOverTheFileAndTheCommandLineOverBoth() throws Exception {
        Path file = directory.resolve("c.yaml");
        Files.writeString(file, "mqtt: {port: 1}\nhttp: {port: 1}\ndata: {dir: a}\n");
        ServerConfig config = ServerConfig.load(
                file,
                Map.of(
                        "SIGNALBOX_MQTT_PORT",
                        "2",
                        "SIGNALBOX_HTTP_PORT",
                        "2",
                        "SIGNALBOX_JAVA_HOME",
                        "/x",
                        "PATH",
                        "y"),
                Map.of("http.port", "3"));
        assertThat(config.mqtt().port()).isEqualTo(2);
        assertThat(config.http().port()).isEqualTo(3);
        assertThat(config.log().directory()).isEqualTo(Path.of("a"));
    }

    @Test
    void anEnvironmentVariableThatLooksLikeAKeyAndIsNoneIsReported() {
        assertThatThrownBy(() -> ServerConfig.load(null, Map.of("SIGNALBOX_MQTT_PROT", "1"), Map.of()))
                .hasMessage(
                        "environment SIGNALBOX_MQTT_PROT: no key has that variable; did you mean SIGNALBOX_MQTT_PORT?");
    }

    @Test
    void anUnknownKeyOnTheCommandLineIsReported() {
        assertThatThrownBy(() -> set("port", "1"))
                .hasMessage("--set port: unknown key 'port'; did you mean 'mqtt.port'?");
    }

    @ParameterizedTest
    @CsvSource({"mqtt.host", "http.host"})
    void listeningElsewhereWithoutAuthenticationIsRefusedWithTheLineToAdd(String key) throws Exception {
        assertThatThrownBy(() -> set(key, "0.0.0.0")).hasMessageContaining("add `security.password-file: FILE`");
        assertThatThrownBy(() -> set(key, "192.0.2.1")).hasMessageContaining("security.anonymous: true");
        assertThat(set(key, "localhost").security().anonymous()).isTrue();
        assertThat(ServerConfig.load(null, Map.of(), Map.of(key, "0.0.0.0", "security.anonymous", "true"))
                        .security()
                        .anonymous())
                .isTrue();
        ServerConfig users = ServerConfig.load(null, Map.of(), Map.of(key, "::", "security.password-file", "p"));
        assertThat(users.security().anonymous()).isFalse();
        assertThat(users.mqtt().anonymous()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "mqtt.connect-timeout, 30d",
        "mqtt.connect-timeout, 0",
        "mqtt.keep-alive-max, 500ms",
        "mqtt.keep-alive-max, 20h",
        "mqtt.session-expiry-max, 500ms",
        "http.request-timeout, 30d",
        "http.request-timeout, 0",
        "http.idle-timeout, 0"
    })
    void aDurationThatCannotBeMeantIsRefusedByItsKey(String key, String value) {
        assertThatThrownBy(() -> set(key, value)).hasMessageContaining(key);
    }

    @Test
    void aHostThatIsNobodyIsNotCalledReachable() {
        assertThatThrownBy(() -> set("mqtt.host", "no.such.host.invalid"))
                .hasMessageContaining("neither an address nor a name");
    }

    @Test
    void nobodyAtAllMayComeInIsRefusedToo() {
        assertThatThrownBy(() -> set("security.anonymous", "false")).hasMessageContaining("nobody could come in");
    }

    @Test
    void halfOfATlsSettingIsRefused() {
        assertThatThrownBy(() -> set("mqtt.tls.key", "k"))
                .hasMessageContaining("needs both mqtt.tls.certificate and mqtt.tls.key");
        assertThatThrownBy(() -> set("http.tls.certificate", "k")).hasMessageContaining("http.tls.key");
        assertThatThrownBy(() -> set("mqtt.tls.client-certificate-required", "true"))
                .hasMessageContaining("without TLS");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "512, 512", "64KiB, 65536", "10 MiB, 10485760", "1GiB, 1073741824", "2TiB, 2199023255552"})
    void sizesHaveBinaryUnits(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"-1", "1.5MiB", "10MB", "9999999999999TiB", "MiB", "''", "99999999999999999999"})
    void otherSizesAreRefused(String text) {
        assertThatThrownBy(() -> Sizes.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "500ms, 500", "30s, 30000", "5 m, 300000", "24h, 86400000", "7d, 604800000"})
    void durationsHaveUnits(String text, long millis) {
        assertThat(Durations.parse(text)).hasMillis(millis);
    }

    @ParameterizedTest
    @CsvSource({"-1s", "30", "1.5h", "P1D", "''", "99999999999s"})
    void otherDurationsAreRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theHelpNamesEveryKeyWithItsDefault() {
        String help = ConfigHelp.markdown();
        for (ConfigKey<?> key : ConfigKeys.all()) {
            assertThat(help).contains("| `" + key.name() + "` |");
        }
        assertThat(help).contains("| `mqtt.port` | `1883` |");
    }

    /** After a change of a key: {@code mvn -pl server -am test -Dtest=ServerConfigTest -Dsignalbox.write-docs=true}. */
    @Test
    void theDocumentationIsTheHelp() throws Exception {
        Path page = Path.of("../docs/configuration.md");
        if (Boolean.getBoolean("signalbox.write-docs")) {
            Files.writeString(page, ConfigHelp.markdown());
        }
        assertThat(page).hasContent(ConfigHelp.markdown());
    }
}
