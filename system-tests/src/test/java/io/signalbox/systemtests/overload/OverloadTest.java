package io.signalbox.systemtests.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The short form of {@code ./test overload}, on a server with 256 MB. */
@EnabledOnOs(OS.LINUX)
class OverloadTest {
    private static final int READERS = 200;
    private static final int MESSAGES = 1_000;
    /** Far above what a busy machine takes, far below the time that a client which holds up others would take. */
    private static final int STUCK_MILLIS = 10_000;

    /** Of which 5,000 are the timeout; a server that forgets a stranger keeps it for ever. */
    private static final int REMOVAL_MILLIS_MAX = 30_000;

    private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = OverloadHarness.server().start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void socketsThatSayNothingAreClosedAndDisturbNobody() throws IOException {
        OverloadHarness.Report report = OverloadHarness.silentStrangers(server, 1_000);
        System.out.println(report);
        assertThat(report.settledMillis()).isLessThan(REMOVAL_MILLIS_MAX);
        assertThat(report.roundTrips()).isGreaterThan(10);
        assertThat(report.p99Millis()).isLessThan(STUCK_MILLIS);
        assertThat(report.grownBytes()).isLessThan(OverloadHarness.STRANGERS_BYTES_MAX);
    }

    @Test
    void aLengthThatAStrangerAnnouncesTakesNoMemory() throws IOException {
        OverloadHarness.Report report = OverloadHarness.lyingStrangers(server, 1_000);
        System.out.println(report);
        assertThat(report.settledMillis()).isLessThan(REMOVAL_MILLIS_MAX);
        assertThat(report.grownBytes()).isLessThan(OverloadHarness.STRANGERS_BYTES_MAX);
    }

    @Test
    void readersThatNeverReadAreBoundedAndTheirDropsAreCounted() throws IOException {
        long before = droppedInAll();
        OverloadHarness.Report report =
                OverloadHarness.readersThatNeverRead(server, READERS, MESSAGES, Duration.ofMinutes(2));
        System.out.println(report);
        assertThat(server.isAlive()).as(server.tail()).isTrue();
        assertThat(report.roundTrips()).isGreaterThan(MESSAGES / 20);
        assertThat(report.p99Millis()).isLessThan(STUCK_MILLIS);
        assertThat(droppedInAll() - before).as("drops").isPositive().isLessThanOrEqualTo((long) READERS * MESSAGES);
    }

    @Test
    void aCrowdIsLetInAndOneBeyondTheRateIsTurnedAwayAtOnce() throws IOException {
        OverloadHarness.Report all = OverloadHarness.crowd(server, 1_000);
        System.out.println(all);
        assertThat(all.turnedAway()).isZero();
        try (ServerProcess limited = OverloadHarness.limited().start()) {
            OverloadHarness.Report some = OverloadHarness.crowd(limited, 1_000);
            System.out.println(some);
            assertThat(some.turnedAway()).isBetween(1, 999);
            assertThat(some.p99Millis()).isLessThan(STUCK_MILLIS);
        }
    }

    private static long droppedInAll() {
        return server.http().get("/api/v1/stats").json().path("dropped").asLong();
    }
}
