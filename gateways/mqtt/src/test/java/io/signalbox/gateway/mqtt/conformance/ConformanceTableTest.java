package io.signalbox.gateway.mqtt.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.mqtt.FuzzTest;
import io.signalbox.gateway.mqtt.GatewayFlowTest;
import io.signalbox.gateway.mqtt.LimitsTest;
import io.signalbox.gateway.mqtt.connect.ConnectTest;
import io.signalbox.gateway.mqtt.deliver.OutboundTest;
import io.signalbox.gateway.mqtt.frame.MalformedPacketsTest;
import io.signalbox.gateway.mqtt.publish.AckOrderTest;
import io.signalbox.gateway.mqtt.publish.InboundTest;
import io.signalbox.gateway.mqtt.subscribe.SubscriptionsTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tables {@code conformance/mqtt-*.tsv}: each normative statement of chapters 1 to 4 with the tests that hold it.
 * The statements of chapter 6 (WebSocket) belong to the module that has one. In the last column stands
 *
 * <ul>
 *   <li>one or more {@code Class#method};
 *   <li>{@code -} for what binds clients and cannot be seen from here;
 *   <li>{@code none: reason} where it cannot come up;
 *   <li>{@code otherwise: reason} where Signalbox does something else on purpose.
 * </ul>
 */
class ConformanceTableTest {
    private static final Map<String, Class<?>> CLASSES = Stream.of(
                    AckOrderTest.class,
                    ConnectTest.class,
                    FuzzTest.class,
                    GatewayFlowTest.class,
                    InboundTest.class,
                    LimitsTest.class,
                    MalformedPacketsTest.class,
                    OutboundTest.class,
                    PublishConformanceTest.class,
                    SessionConformanceTest.class,
                    SubscriptionsTest.class)
            .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

    private record Row(String statement, String binds, String about, String tests) {
        String section() {
            return statement.substring(0, statement.lastIndexOf('-'));
        }

        int number() {
            return Integer.parseInt(statement.substring(statement.lastIndexOf('-') + 1));
        }
    }

    private static List<Row> table(String version) {
        try (InputStream in = ConformanceTableTest.class.getResourceAsStream("/conformance/mqtt-" + version + ".tsv")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .map(columns -> {
                        assertThat(columns).as(columns[0]).hasSize(4);
                        return new Row(columns[0], columns[1], columns[2], columns[3]);
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"5.0, 247", "3.1.1, 134"})
    void noStatementIsLeftOut(String version, int statements) {
        List<Row> table = table(version);
        assertThat(table).hasSize(statements).extracting(Row::statement).doesNotHaveDuplicates();
        Map<String, TreeSet<Integer>> numbers = new TreeMap<>();
        for (Row row : table) {
            assertThat(row.statement).matches("MQTT-[1-4]\\.[0-9]+\\.[0-9]+-[0-9]+");
            numbers.computeIfAbsent(row.section(), s -> new TreeSet<>()).add(row.number());
        }
        numbers.forEach((section, seen) -> assertThat(seen.getLast() - seen.getFirst() + 1)
                .as("gaps in " + section)
                .isEqualTo(seen.size()));
    }

    @ParameterizedTest
    @CsvSource({"5.0, 200", "3.1.1, 110"})
    void whatBindsServersHasATestThatExists(String version, int testedMin) {
        int tested = 0;
        for (Row row : table(version)) {
            assertThat(Set.of("server", "client", "both")).as(row.statement).contains(row.binds);
            if (row.tests.equals("-")) {
                assertThat(row.binds).as(row.statement + " needs a test").isEqualTo("client");
            } else if (!row.tests.startsWith("none: ") && !row.tests.startsWith("otherwise: ")) {
                Arrays.stream(row.tests.split(" ")).forEach(test -> exists(row.statement, test));
                tested++;
            }
        }
        assertThat(tested).isGreaterThanOrEqualTo(testedMin);
    }

    /** Who adds one says so in docs/mqtt.md. */
    @Test
    void nothingIsDoneOtherwise() {
        assertThat(Stream.of("3.1.1", "5.0").flatMap(version -> table(version).stream()))
                .noneMatch(row -> row.tests.startsWith("otherwise: "));
    }

    private static void exists(String statement, String test) {
        String[] parts = test.split("#");
        Class<?> type = CLASSES.get(parts[0]);
        assertThat(type).as(statement + ": the class of " + test).isNotNull();
        assertThat(Arrays.stream(type.getDeclaredMethods())
                        .filter(ConformanceTableTest::isTest)
                        .map(Method::getName))
                .as(statement)
                .contains(parts[1]);
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }
}
