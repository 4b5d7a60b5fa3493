package io.signalbox.systemtests.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Keys;
import io.signalbox.systemtests.process.ServerProcess;
import java.io.IOException;
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

    private static ServerProcess server;

    static ServerProcess.Builder server() {
        return ServerProcess.with().jvm("-Xmx256m").set(Keys.CONNECT_TIMEOUT, "5s");
    }

    @BeforeAll
    static void start() {
        server = server().start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void socketsThatSayNothingAreClosedAndDisturbNobody() throws IOException {
        OverloadHarness.Report report = OverloadHarness.silentStrangers(server, 1_000);
        System.out.println(report);
        assertThat(report.roundTrips()).isGreaterThan(10);
        assertThat(report.grownBytes()).isLessThan(64L << 20);
    }

    @Test
    void aLengthThatAStrangerAnnouncesTakesNoMemory() throws IOException {
        OverloadHarness.Report report = OverloadHarness.lyingStrangers(server, 1_000);
        System.out.println(report);
        assertThat(report.grownBytes()).isLessThan(64L << 20);
    }

    @Test
    void readersThatNeverReadAreBoundedAndTheirDropsAreCounted() throws IOException {
        long before = droppedInAll();
        OverloadHarness.Report report = OverloadHarness.readersThatNeverRead(server, READERS, MESSAGES);
        System.out.println(report);
        assertThat(server.isAlive()).as(server.tail()).isTrue();
        assertThat(report.roundTrips()).isGreaterThan(MESSAGES / 20);
        assertThat(droppedInAll() - before).as("drops").isPositive().isLessThanOrEqualTo((long) READERS * MESSAGES);
    }

    private static long droppedInAll() {
        return server.http().get("/api/v1/stats").json().path("dropped").asLong();
    }
}
