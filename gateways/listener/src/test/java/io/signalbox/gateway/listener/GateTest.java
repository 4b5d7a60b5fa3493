package io.signalbox.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** Who may come in. */
class GateTest {
    private static final long SECOND_NANOS = 1_000_000_000;
    private final InetAddress here = InetAddress.getLoopbackAddress();
    private final InetAddress there = address(7);

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theTotalIsBounded() {
        Gate gate = new Gate(ListenerLimits.DEFAULT.withConnectionsMax(2, 2), 0);
        assertThat(gate.enter(here, 0)).isNull();
        assertThat(gate.enter(there, 0)).isNull();
        assertThat(gate.enter(there, 0)).isEqualTo(ListenerCounter.REFUSED_TOTAL);
        gate.leave(here);
        assertThat(gate.enter(there, 0)).isNull();
    }

    @Test
    void oneAddressIsBoundedAndForgottenWhenItIsGone() {
        Gate gate = new Gate(ListenerLimits.DEFAULT.withConnectionsMax(10, 1), 0);
        assertThat(gate.enter(here, 0)).isNull();
        assertThat(gate.enter(here, 0)).isEqualTo(ListenerCounter.REFUSED_ADDRESS);
        assertThat(gate.enter(there, 0)).isNull();
        gate.leave(here);
        gate.leave(there);
        assertThat(gate.networks()).isZero();
    }

    @Test
    void theRateIsBoundedAfterABurstOfOneSecond() {
        Gate gate = new Gate(ListenerLimits.DEFAULT.withConnectRatePerSecond(5), 0);
        for (int i = 0; i < 5; i++) {
            assertThat(gate.enter(here, 0)).isNull();
        }
        assertThat(gate.enter(here, 0)).isEqualTo(ListenerCounter.REFUSED_RATE);
        assertThat(gate.enter(here, SECOND_NANOS / 5)).isNull();
        assertThat(gate.enter(here, SECOND_NANOS / 5)).isEqualTo(ListenerCounter.REFUSED_RATE);
        assertThat(gate.enter(here, 10 * SECOND_NANOS)).isNull();
    }

    @Test
    void anAddressOfIpv6CountsForItsWholeNetwork() throws Exception {
        Gate gate = new Gate(ListenerLimits.DEFAULT.withConnectionsMax(10, 1));
        EmbeddedChannel first = new EmbeddedChannel();
        assertThat(gate.admit(first, InetAddress.getByName("2001:db8:1:2::1"))).isNull();
        assertThat(gate.admit(new EmbeddedChannel(), InetAddress.getByName("2001:db8:1:2:ffff::9")))
                .isEqualTo(ListenerCounter.REFUSED_ADDRESS);
        assertThat(gate.admit(new EmbeddedChannel(), InetAddress.getByName("2001:db8:1:3::1")))
                .isNull();
        first.close();
        assertThat(gate.admit(new EmbeddedChannel(), InetAddress.getByName("2001:db8:1:2::9")))
                .isNull();
    }
}
