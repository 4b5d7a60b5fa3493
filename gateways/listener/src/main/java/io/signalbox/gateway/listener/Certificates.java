package io.signalbox.gateway.listener;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.List;

/**
 * What a port shows of itself, as its files were when they were last put in force. Connections that are open go on with
 * what they began with. Thread safe.
 */
public final class Certificates {
    private final TlsConfig config;
    private final List<String> applicationProtocols;
    private volatile TlsContexts.Read inForce;

    private Certificates(TlsConfig config, List<String> applicationProtocols) throws IOException {
        this.config = config;
        this.applicationProtocols = applicationProtocols;
        inForce = TlsContexts.server(config, applicationProtocols);
    }

    /**
     * @param applicationProtocols that ALPN offers (RFC 7301), the favourite first; none: ALPN is not spoken
     * @throws IOException naming the file and what is wrong with it
     */
    public static Certificates read(TlsConfig config, String... applicationProtocols) throws IOException {
        return new Certificates(config, List.of(applicationProtocols));
    }

    SslHandler newHandler(ByteBufAllocator allocator) {
        return inForce.context().newHandler(allocator);
    }

    /** When the first of the chain is no longer valid, in seconds since 1970. */
    public long expirySeconds() {
        return inForce.expirySeconds();
    }

    /**
     * Reads the files again, and changes nothing yet.
     *
     * @return puts them in force, for connections to come
     * @throws IOException naming the file and what is wrong with it
     */
    public Runnable renew() throws IOException {
        TlsContexts.Read renewed = TlsContexts.server(config, applicationProtocols);
        return () -> inForce = renewed;
    }
}
