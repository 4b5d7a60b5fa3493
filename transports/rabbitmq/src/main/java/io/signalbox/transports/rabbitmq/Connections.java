package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurator;
import io.signalbox.transports.connection.Backoff;
import java.io.IOException;
import java.net.Socket;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections. The client library's own recovery is off: it brings back channels and consumers, but does not know
 * which publishes were confirmed and which deliveries a subscriber still holds.
 */
final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final int HEARTBEAT_SECONDS = 10;
    private static final int TIMEOUT_MILLIS = 15_000;

    /**
     * RabbitMQ listens before its quorum queues have elected their leaders, for which they take up to a second. What they
     * are sent before, the server itself sends to the leader only 10 s later (3.10.8).
     */
    private static final long START_PAUSE_MILLIS = 1_500;

    private final ConnectionFactory factory = new ConnectionFactory();
    private final ExecutorService dispatch = new Dispatch();
    private final String name;
    private final Backoff backoff;
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    /** @throws IllegalArgumentException for an address that is none */
    Connections(RabbitMqConfig config, String name, Backoff backoff) {
        this.name = name;
        this.backoff = backoff;
        try {
            factory.setUri(config.uri().toString());
            if (factory.isSSL()) {
                // The library's own default trusts everybody.
                factory.useSslProtocol(SSLContext.getDefault());
                factory.enableHostnameVerification();
            }
        } catch (URISyntaxException | GeneralSecurityException e) {
            throw new IllegalArgumentException("the address of the RabbitMQ server is wrong: " + e.getMessage(), e);
        }
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
        factory.setConnectionTimeout(TIMEOUT_MILLIS);
        factory.setHandshakeTimeout(TIMEOUT_MILLIS);
        factory.setChannelRpcTimeout(TIMEOUT_MILLIS);
        factory.setSharedExecutor(dispatch);
        factory.setThreadFactory(
                Thread.ofPlatform().daemon().name("rabbitmq-", 0).factory());
        factory.setMaxInboundMessageBodySize(Math.max(config.payloadBytesMax(), 64 << 20));
        // Beside what is there: without the library's "capabilities" the server tells nobody of deleted queues.
        Map<String, Object> properties = new HashMap<>(factory.getClientProperties());
        properties.put("product", "Signalbox");
        factory.setClientProperties(properties);
    }

    /** Between tries to connect. */
    Backoff backoff() {
        return backoff;
    }

    /** A connection and what it stands on. */
    record Wire(Connection connection, Socket socket) {
        /** At once, without a word to the server: also when somebody is writing to one that does not read. */
        void cut() {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("cutting a connection to RabbitMQ", e);
            }
        }
    }

    /** Waits a moment with a server that could not be reached just now. */
    Wire open(String purpose) throws IOException, TimeoutException {
        ConnectionFactory own = factory.clone();
        SocketConfigurator configurator = factory.getSocketConfigurator();
        AtomicReference<Socket> socket = new AtomicReference<>();
        own.setSocketConfigurator(made -> {
            socket.set(made);
            configurator.configure(made);
        });
        Connection connection;
        try {
            connection = own.newConnection(name + "-" + purpose);
        } catch (IOException | TimeoutException e) {
            failed.add(purpose);
            throw e;
        }
        try {
            if (failed.remove(purpose)) {
                TimeUnit.MILLISECONDS.sleep(START_PAUSE_MILLIS);
            }
            return new Wire(connection, socket.get());
        } catch (InterruptedException e) {
            connection.abort(1_000);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server starts", e);
        }
    }

    @Override
    public void close() {
        dispatch.close();
    }
}
