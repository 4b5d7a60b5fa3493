package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.setting.Entry;
import io.signalbox.setting.Settings;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A password is in no text that anybody reads, wherever in the URL it was written, and whatever is in it. */
final class DatabaseSecretsTest {
    private static final String BEFORE = "hushFirst";
    private static final String AFTER = "hushLast";

    @TempDir
    private Path folder;

    /** With each printable character in the middle, as it stands and as it should be written. */
    static Stream<String> urls() {
        return Stream.iterate(' ', c -> (char) (c + 1))
                .limit(95)
                .flatMap(c -> Stream.of(BEFORE + c + AFTER, String.format("%s%%%02X%s", BEFORE, (int) c, AFTER))
                        .flatMap(password -> Stream.of(
                                "jdbc:postgresql://bus:" + password + "@127.0.0.1:1/db",
                                "jdbc:postgresql://127.0.0.1:1/db?user=bus&password=" + password,
                                "jdbc:postgresql://127.0.0.1:1/db?password=" + password + "&loginTimeout=1",
                                "jdbc:h2:file:FOLDER/none;IFEXISTS=TRUE;USER=sa;PASSWORD=" + password,
                                "jdbc:h2:FOLDER/none?password=" + password,
                                "jdbc:h2:tcp://sa:" + password + "@127.0.0.1:1/x",
                                "jdbc:h2:tcp://127.0.0.1:1/x?password=" + password,
                                "jdbc:mysql://bus:" + password + "@h/db",
                                "jdbc:sqlserver://h;password=" + password)));
    }

    @ParameterizedTest
    @MethodSource("urls")
    void isRepeatedNowhere(String form) {
        String url = form.replace("FOLDER", folder.toString());
        JdbcConfig config = JdbcConfig.of(url);
        assertNothing(config.toString());
        try {
            TransportPlan plan =
                    new JdbcProvider().prepare(new Settings("transports.d", Map.of("url", new Entry(url, "test"))));
            assertNothing(plan.endpoint());
            plan.promise(Map.of(), Duration.ofSeconds(1));
            for (Tried tried : List.<Tried>of(
                    () -> {
                        if (plan.probe(Duration.ofSeconds(1)) == null) {
                            throw new IllegalStateException("there is nobody to ask");
                        }
                    },
                    () -> JdbcTransport.open(config, new ManualTimeSource()),
                    () -> plan.open(new Surroundings("d", new ManualTimeSource(), WhenAbsent.FAIL, part -> {
                        throw new AssertionError(part);
                    })))) {
                assertNothing(failure(tried));
            }
        } catch (IllegalArgumentException e) {
            assertNothing(e);
        }
    }

    @FunctionalInterface
    private interface Tried {
        void run() throws Exception;
    }

    private static Throwable failure(Tried tried) {
        try {
            tried.run();
        } catch (Exception e) {
            return e;
        }
        throw new AssertionError("nobody is there");
    }

    private static void assertNothing(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertNothing(cause.toString());
        }
    }

    private static void assertNothing(String text) {
        assertThat(text).doesNotContainIgnoringCase(BEFORE).doesNotContainIgnoringCase(AFTER);
    }
}
