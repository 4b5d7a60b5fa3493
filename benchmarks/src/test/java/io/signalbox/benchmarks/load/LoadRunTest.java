package io.signalbox.benchmarks.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.testing.Ports;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each fault that the server commits must be reported, as often as it was committed, and nothing else. What is lost is
 * waited for, as long as a busy machine may be silent: by all at once.
 */
@Execution(ExecutionMode.CONCURRENT)
final class LoadRunTest {
    private static Result run(FaultyServer server, String arguments) {
        return LoadRun.run(Plan.parse(server.arguments(arguments)));
    }

    private static void assertFaults(Result result, long lost, long duplicates, long outOfOrder) {
        assertThat(result.lost()).as("lost").isEqualTo(lost);
        assertThat(result.dup()).as("duplicates").isEqualTo(duplicates);
        assertThat(result.outOfOrder()).as("out of order").isEqualTo(outOfOrder);
        assertThat(result.foreign()).as("foreign").isZero();
        assertThat(result.disconnects()).as("disconnects").isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-m pairs -P 1 -S 1 -n 1000",
                "-m pairs -P 3 -S 3 -n 1000 -q 1 --sub-qos 0",
                "-m fanout -P 2 -S 5 -n 500",
                "-m fanout -P 3 -S 3 -n 500 --shared",
                "-m pairs -P 2 -S 6 -T 6 -n 900 -r 20000",
                "-m pairs -P 1 -S 1 -n 200 -s 100"
            })
    void aFaultlessServerHasNoFaults(String arguments) throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.NONE)) {
            Result result = run(server, arguments);
            assertFaults(result, 0, 0, 0);
            assertThat(result.delivered()).isEqualTo(result.expected()).isPositive();
            assertThat(result.latUs().count()).isEqualTo(result.delivered());
            assertThat(result.unsent() + result.unacked() + result.stallResets())
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 100", "10, 50", "333, 3"})
    void whatTheServerDropsIsLost(int every, int lost) throws IOException {
        FaultyServer.Fault drops = (number, deliver) -> {
            if (number % every != 0 || number > (long) every * lost) {
                deliver.run();
            }
        };
        try (FaultyServer server = new FaultyServer(drops)) {
            Result result = run(server, "-m pairs -P 1 -S 1 -n 1000 -W 1000 --drain 3");
            assertFaults(result, lost, 0, 0);
            assertThat(result.delivered()).isEqualTo(1_000 - lost);
        }
    }

    @Test
    void whatTheServerSendsTwiceIsADuplicate() throws IOException {
        FaultyServer.Fault twice = (number, deliver) -> {
            deliver.run();
            if (number % 7 == 0) {
                deliver.run();
            }
        };
        try (FaultyServer server = new FaultyServer(twice)) {
            assertFaults(run(server, "-m pairs -P 1 -S 1 -n 1000"), 0, 142, 0);
        }
    }

    @Test
    void whatOvertakesIsOutOfOrder() throws IOException {
        Deque<Runnable> held = new ArrayDeque<>();
        FaultyServer.Fault swaps = (number, deliver) -> {
            if (number % 20 == 0) {
                held.add(deliver);
                return;
            }
            deliver.run();
            if (!held.isEmpty()) {
                held.remove().run();
            }
        };
        try (FaultyServer server = new FaultyServer(swaps)) {
            // The 1,001st message is there to release the 1,000th.
            assertFaults(run(server, "-m pairs -P 1 -S 1 -n 1001"), 0, 0, 50);
        }
    }

    @Test
    void differentFaultsAreToldApart() throws IOException {
        Deque<Runnable> held = new ArrayDeque<>();
        FaultyServer.Fault all = (number, deliver) -> {
            switch ((int) (number % 100)) {
                case 10 -> {}
                case 20 -> {
                    deliver.run();
                    deliver.run();
                }
                case 30 -> held.add(deliver);
                case 35 -> {
                    deliver.run();
                    held.remove().run();
                }
                default -> deliver.run();
            }
        };
        try (FaultyServer server = new FaultyServer(all)) {
            assertFaults(run(server, "-m pairs -P 1 -S 1 -n 1000 -W 500 --drain 3"), 10, 10, 10);
        }
    }

    @Test
    void aWindowThatNothingMovesOpensAgainAndIsCounted() throws IOException {
        try (FaultyServer server = new FaultyServer((number, deliver) -> {})) {
            Result result = run(server, "-m pairs -P 1 -S 1 -n 30 -W 10 --stall 0.2 --drain 3");
            assertFaults(result, 30, 0, 0);
            assertThat(result.stallResets()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void publishesWithoutAcknowledgementAreCounted() throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.NONE, false)) {
            Result result = run(server, "-m pairs -P 1 -S 1 -n 100 -q 1 --sub-qos 0 -W 40 -E 0 --drain 3");
            assertThat(result.unacked()).isEqualTo(40);
            assertThat(result.unsent()).isEqualTo(60);
            assertThat(result.acked()).isZero();
        }
    }

    /** The first is due 199 ms before the last that the server waits for: no coordinated omission. */
    @Test
    void aStallIsChargedToEveryMessageItDelays() throws IOException {
        Deque<Runnable> held = new ArrayDeque<>();
        FaultyServer.Fault stall = (number, deliver) -> {
            held.add(deliver);
            while (number >= 200 && !held.isEmpty()) {
                held.remove().run();
            }
        };
        try (FaultyServer server = new FaultyServer(stall)) {
            Result result = run(server, "-m pairs -P 1 -S 1 -r 1000 -d 0.4 -w 0");
            assertFaults(result, 0, 0, 0);
            assertThat(result.published()).isEqualTo(400);
            assertThat(result.latUs().max()).isGreaterThan(198_000);
            // Of 400 messages the first 200 wait from 199 ms down to nothing.
            assertThat(result.latUs().p90()).isGreaterThan(158_000);
        }
    }

    @Test
    void anOfflineSessionIsDrainedInOrderAndRemoved() throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.NONE)) {
            Result result = run(server, "-m pairs -P 1 -S 1 -n 500 -q 1 --offline --settle 0.3");
            assertFaults(result, 0, 0, 0);
            assertThat(requireNonNull(result.drain()).sessionsResumed()).isOne();
            assertThat(requireNonNull(result.drain()).rate()).isPositive();
            assertThat(server.sessionsLeft()).isZero();
        }
    }

    @Test
    void anOfflineSessionThatForgetsIsCaught() throws IOException {
        FaultyServer.Fault forgets = (number, deliver) -> {
            if (number > 20) {
                deliver.run();
            }
        };
        try (FaultyServer server = new FaultyServer(forgets)) {
            assertFaults(run(server, "-m pairs -P 1 -S 1 -n 500 -q 1 --offline --settle 0.3 --drain 3"), 20, 0, 0);
        }
    }

    @Test
    void retainedMessagesAreReadByLateSubscribersAndRemoved() throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.NONE)) {
            Result result = run(server, "-m fanin -P 1 -S 1 -T 300 -n 300 -q 1 --retained");
            assertFaults(result, 0, 0, 0);
            assertThat(requireNonNull(requireNonNull(result.drain()).bystanderUs())
                            .count())
                    .isPositive();
            assertThat(server.retainedTopics()).isZero();
        }
    }

    @Test
    void othersAreWatchedWhileRetainedMessagesArePublished() throws IOException {
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.NONE)) {
            Result result = run(server, "-m fanin -P 1 -S 1 -T 300 -n 300 -q 1 -r 600 --retained");
            assertFaults(result, 0, 0, 0);
            assertThat(requireNonNull(requireNonNull(result.drain()).bystanderPublishingUs())
                            .count())
                    .isPositive();
        }
    }

    @Test
    void idleConnectionsAreOpenedAndHeld() throws IOException {
        long pid = ProcessHandle.current().pid();
        try (FaultyServer server = new FaultyServer(FaultyServer.Fault.NONE)) {
            Result result = run(server, "-P 0 -S 0 --idle 400 --hold 0.1 --pid " + pid);
            assertThat(requireNonNull(result.idle()).connections()).isEqualTo(400);
            assertThat(result.genCpuPct()).as("of the connecting").isPositive();
            assertThat(result.brokerCpuPct()).as("of the connecting").isPositive();
            assertThat(requireNonNull(result.idle()).connectRate()).isPositive();
        }
    }

    @Test
    void aServerThatIsNotThereIsAnError() {
        int port = Ports.reserve();
        Plan plan = Plan.parse("-p", Integer.toString(port));
        assertThatThrownBy(() -> LoadRun.run(plan))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("cannot connect to 127.0.0.1:" + port);
    }
}
