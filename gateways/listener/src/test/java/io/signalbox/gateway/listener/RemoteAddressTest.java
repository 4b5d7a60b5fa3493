package io.signalbox.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** What limits by address go by. */
class RemoteAddressTest {
    private static String network(String host) throws UnknownHostException {
        return RemoteAddress.network(new InetSocketAddress(InetAddress.getByName(host), 1883));
    }

    @Test
    void anAddressOfIpv4IsItself() throws UnknownHostException {
        assertThat(network("192.0.2.7")).isEqualTo("192.0.2.7");
    }

    @Test
    void anAddressOfIpv4WithinIpv6IsThatOfIpv4() throws UnknownHostException {
        assertThat(network("::ffff:192.0.2.7")).isEqualTo("192.0.2.7");
    }

    @Test
    void anAddressOfIpv6IsItsNetworkWhateverItsInterface() throws UnknownHostException {
        assertThat(network("2001:db8:1:2:3:4:5:6")).isEqualTo("2001:db8:1:2:0:0:0:0/64");
        InetSocketAddress scoped = new InetSocketAddress(
                java.net.Inet6Address.getByAddress(
                        null, InetAddress.getByName("fe80::5").getAddress(), 3),
                1);
        assertThat(RemoteAddress.network(scoped)).isEqualTo("fe80:0:0:0:0:0:0:0/64");
    }

    @Test
    void whatHasNoAddressAnyMoreIsOneParty() {
        assertThat(RemoteAddress.network((java.net.SocketAddress) null)).isEqualTo("null");
    }
}
