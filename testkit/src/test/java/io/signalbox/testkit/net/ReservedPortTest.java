package io.signalbox.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReservedPortTest {
    private static final int FIRST = 31_000;

    @TempDir
    private Path locks;

    private int next(int count) {
        return ReservedPort.next(locks, FIRST, FIRST + count - 1, FIRST + 1);
    }

    /** Another process that asks for one of as many ports. */
    static final class Other {
        private Other() {}

        public static void main(String[] args) {
            int last = FIRST + Integer.parseInt(args[1]) - 1;
            System.out.print(ReservedPort.next(Path.of(args[0]), FIRST, last, FIRST));
        }
    }

    private String nextOfAnotherProcess(int count) throws Exception {
        String path = Objects.requireNonNullElse(
                System.getProperty("surefire.test.class.path"), System.getProperty("java.class.path"));
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        path,
                        Other.class.getName(),
                        locks.toString(),
                        String.valueOf(count))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void eachIsAnother() {
        assertThat(next(3)).isEqualTo(FIRST + 1);
        assertThat(next(3)).isEqualTo(FIRST + 2);
        assertThat(next(3)).isEqualTo(FIRST);
        assertThatThrownBy(() -> next(3)).hasMessageContaining("in use");
    }

    @Test
    void noOtherProcessIsGivenItWhetherOrNotAnybodyListens() throws Exception {
        assertThat(next(3)).isEqualTo(FIRST + 1);
        assertThat(nextOfAnotherProcess(2)).isEqualTo(String.valueOf(FIRST));
        assertThat(next(3)).isEqualTo(FIRST + 2);
        assertThat(nextOfAnotherProcess(2)).as("its process has ended").isEqualTo(String.valueOf(FIRST));
        assertThat(next(3)).isEqualTo(FIRST);
        assertThat(nextOfAnotherProcess(4)).isEqualTo(String.valueOf(FIRST + 3));
    }

    @Test
    void whereSomebodyListensIsPassedOver() throws Exception {
        try (ServerSocket somebody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = somebody.getLocalPort();
            assertThatThrownBy(() -> ReservedPort.next(locks, port, port, port)).hasMessageContaining("in use");
        }
    }

    @Test
    void theyAreNoneThatASystemGivesToConnections() {
        assertThat(ReservedPort.next()).isBetween(20_000, 29_999);
    }
}
