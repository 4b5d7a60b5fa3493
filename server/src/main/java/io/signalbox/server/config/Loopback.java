package io.signalbox.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Tells whether only this machine can reach an address. */
public final class Loopback {
    private Loopback() {}

    public static boolean isUnknown(String host) {
        try {
            return InetAddress.getAllByName(host).length == 0;
        } catch (UnknownHostException e) {
            return true;
        }
    }

    /** False for what cannot be resolved. */
    public static boolean is(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
