package io.signalbox.cli.link;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;

/** How a connection over AMQP begins, and when it comes back. */
final class AmqpConnecting {
    private static final int FIRST_MILLIS = 500;
    private static final int LONGEST_MILLIS = 30_000;

    private AmqpConnecting() {}

    /** @return opens a connection, and waits for it */
    static Callable<Connection> to(Client client, AmqpOptions options, LinkListener listener) throws LinkException {
        ConnectionOptions connection = options(options.server());
        AtomicBoolean connectedOnce = new AtomicBoolean();
        connection.disconnectedHandler((lost, event) -> {
            if (connectedOnce.get()
                    && AmqpRefusals.of(event.failureCause(), options.address()) instanceof LinkException reason) {
                listener.ended(reason);
            }
        });
        if (options.server().reconnect()) {
            connection.reconnectEnabled(true);
            connection
                    .reconnectOptions()
                    .reconnectDelay(FIRST_MILLIS)
                    .maxReconnectDelay(LONGEST_MILLIS)
                    .maxInitialConnectionAttempts(1);
            connection.interruptedHandler((lost, event) -> listener.lost(
                    String.valueOf(AmqpRefusals.of(event.failureCause(), options.address())
                            .getMessage()),
                    FIRST_MILLIS));
            connection.reconnectedHandler((back, event) -> listener.back(options.durable()));
        }
        return () -> {
            Connection opened =
                    client.connect(options.server().host(), options.server().port(), connection);
            opened.openFuture().get();
            connectedOnce.set(true);
            return opened;
        };
    }

    private static ConnectionOptions options(Endpoint server) throws LinkException {
        ConnectionOptions options = new ConnectionOptions();
        // A command lives for a moment: native code would cost it more than it brings.
        options.transportOptions().allowNativeIO(false);
        if (server.user() != null) {
            options.user(server.user());
        }
        byte[] password = server.password();
        if (password != null) {
            options.password(new String(password, StandardCharsets.UTF_8));
        }
        Tls tls = server.tls();
        if (tls != null) {
            options.sslEnabled(true)
                    .sslOptions()
                    .sslContextOverride(tls.context())
                    .verifyHost(!tls.anyName());
        }
        return options;
    }
}
