package io.signalbox.systemtests.offline;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Http;
import io.signalbox.systemtests.process.ServerProcess;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The short form of {@code ./test offline}, and what the default bound does. */
class OfflineTest {
    private static final int BOUND_DEFAULT = 10_000;

    @Test
    void everythingThatFitsTheBoundsComesInOrderAlsoAcrossARestart() throws IOException {
        OfflineHarness.Report report = OfflineHarness.run(30_000, false);
        System.out.println(report.inWords());
        assertThat(report.received()).isEqualTo(30_000);
        assertThat(report.residentBytes()).isLessThan(600L << 20);
    }

    @Test
    void everythingThatFitsTheBoundsComesInOrderAlsoAcrossAKill() throws IOException {
        assertThat(OfflineHarness.run(4_000, true).received()).isEqualTo(4_000);
    }

    @Test
    void beyondTheDefaultBoundTheOldestAreDroppedAndEachIsCountedAndNamed() throws IOException {
        int beyond = 2_500;
        try (ServerProcess server = ServerProcess.started()) {
            AbsentSubscriber.leave(server.mqttPort());
            AbsentSubscriber.publish(server.mqttPort(), 1, BOUND_DEFAULT + beyond, 64);

            JsonNode line = ledgerLine(server.http(), "absent");
            assertThat(droppedIn(line)).as(line.toString()).isEqualTo(beyond);
            assertThat(line.path("pending").asLong()).isEqualTo(BOUND_DEFAULT);
            assertThat(AbsentSubscriber.comeBack(server.mqttPort(), beyond + 1, BOUND_DEFAULT + beyond, 64))
                    .isEqualTo(BOUND_DEFAULT);
        }
    }

    private static JsonNode ledgerLine(Http http, String session) {
        Http.Answer answer = http.get("/api/v1/ledger");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("mismatches").size()).as(answer.body()).isZero();
        for (JsonNode line : answer.json().path("sessions")) {
            if (line.path("name").asString().equals(session)) {
                return line;
            }
        }
        throw new AssertionError("no line for session " + session + " in " + answer.body());
    }

    /** The sum over all reasons: {@code {"queue_full": 2500}}. */
    private static long droppedIn(JsonNode line) {
        long sum = 0;
        for (JsonNode count : line.path("dropped")) {
            sum += count.asLong();
        }
        return sum;
    }
}
