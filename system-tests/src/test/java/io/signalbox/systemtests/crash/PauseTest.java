package io.signalbox.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A server that stood still for longer than its clients' keep-alive must not blame them for it. */
@EnabledOnOs(OS.LINUX)
class PauseTest {
    private static final int KEEP_ALIVE_SECONDS = 3;
    /** Between the end of one ping and the next. */
    private static final int PING_MILLIS = 500;
    /** In the pause: beyond one and a half times the keep-alive. */
    private static final int PINGS = 12;
    /** Before the PUBACK: a minute more than the pause. */
    private static final int ANSWERS_MAX = 240;

    @Test
    void aClientThatSaidItsPingsToAStoppedServerIsKept() throws Exception {
        AtomicInteger pings = new AtomicInteger();
        try (ServerProcess server = ServerProcess.started();
                Connection client = Connection.open(
                        server.mqttPort(), Version.V3_1_1, "patient", KEEP_ALIVE_SECONDS, true, 60_000);
                // The one that writes. It has the client's rhythm, which the keep-alive is about, to the very end.
                ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor()) {
            ScheduledFuture<?> pinging = writer.scheduleWithFixedDelay(
                    () -> {
                        say(client, Packets.pingreq());
                        pings.incrementAndGet();
                    },
                    0,
                    PING_MILLIS,
                    TimeUnit.MILLISECONDS);
            server.pause();
            int said = pings.get();
            await("the pause").atMost(Duration.ofSeconds(60)).until(() -> pings.get() >= said + PINGS);
            server.resume();
            byte[] publish = Packets.publish(Version.V3_1_1, "t", 1, false, 1, Packets.text("still here"));
            writer.submit(() -> say(client, publish)).get(60, TimeUnit.SECONDS);
            int answers = 0;
            int type = client.read().type();
            while (type == Frame.PINGRESP && answers < ANSWERS_MAX) {
                answers++;
                type = client.read().type();
            }
            assertThat(type).isEqualTo(Frame.PUBACK);
            assertThat(answers).isGreaterThanOrEqualTo(said + PINGS);
            assertThat(pinging.isDone()).as("a ping failed").isFalse();
        }
    }

    private static void say(Connection client, byte[] packet) {
        try {
            client.send(packet);
            client.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
