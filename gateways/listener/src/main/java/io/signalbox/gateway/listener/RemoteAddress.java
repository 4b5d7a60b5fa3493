package io.signalbox.gateway.listener;

import io.netty.channel.Channel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where a connection comes from. */
public final class RemoteAddress {
    /** Of IPv6: what one site has to itself (RFC 4291 §2.5.4), so that its addresses are no bound to whoever has them. */
    private static final int NETWORK_BYTES = 8;

    private RemoteAddress() {}

    /** With the port, for people. */
    public static String text(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress() + ":" + remote.getPort()
                : String.valueOf(channel.remoteAddress());
    }

    /**
     * What limits by address go by: an address of IPv4, the /64 network of one of IPv6, both as text.
     *
     * @param remote null once the connection is gone
     */
    public static String network(@Nullable SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress socket)) {
            return String.valueOf(remote);
        }
        InetAddress network = network(socket.getAddress());
        return network instanceof Inet6Address ? network.getHostAddress() + "/64" : network.getHostAddress();
    }

    static InetAddress network(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // it has the length of an address
        }
    }
}
