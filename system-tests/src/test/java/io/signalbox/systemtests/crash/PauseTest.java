package io.signalbox.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A server that stood still for longer than its clients' keep-alive must not blame them for it. */
@EnabledOnOs(OS.LINUX)
class PauseTest {
    private static final int KEEP_ALIVE_SECONDS = 1;
    /** Beyond one and a half times the keep-alive. */
    private static final int PINGS = 8;

    private static final long PING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    @Test
    void aClientThatSaidItsPingsToAStoppedServerIsKept() throws IOException {
        try (ServerProcess server = ServerProcess.started();
                Connection client = Connection.open(
                        server.mqttPort(), Version.V3_1_1, "patient", KEEP_ALIVE_SECONDS, true, 30_000)) {
            server.pause();
            for (int ping = 0; ping < PINGS; ping++) {
                client.send(Packets.pingreq());
                client.flush();
                // The client's own rhythm, which the keep-alive is about.
                LockSupport.parkNanos(PING_NANOS);
            }
            server.resume();
            for (int ping = 0; ping < PINGS; ping++) {
                assertThat(client.read().type()).isEqualTo(Frame.PINGRESP);
            }
            client.send(Packets.publish(Version.V3_1_1, "t", 1, false, 1, Packets.text("still here")));
            client.flush();
            assertThat(client.read().type()).isEqualTo(Frame.PUBACK);
        }
    }
}
