package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes connections. The client library's own recovery is off: it brings back channels and consumers, but does not know
 * which publishes were confirmed and which deliveries a subscriber still holds.
 */
final class Connections implements AutoCloseable {
    private static final int HEARTBEAT_SECONDS = 10;
    private static final int TIMEOUT_MILLIS = 15_000;

    /**
     * RabbitMQ listens before all of its quorum queues have a leader again, and one that was sent messages before its
     * election has been seen to stay without a leader for good (3.10.8).
     */
    private static final long START_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final ConnectionFactory factory = new ConnectionFactory();
    private final ExecutorService dispatch = Executors.newVirtualThreadPerTaskExecutor();
    private final String name;
    private volatile boolean failed;
    private volatile long failedNanos;

    /** @throws IllegalArgumentException for an address that is none */
    Connections(RabbitMqConfig config, String name) {
        this.name = name;
        try {
            factory.setUri(config.uri().toString());
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
        factory.setClientProperties(Map.of("product", "Signalbox", "connection_name", name));
    }

    /** Waits a moment with a server that could not be reached just now. */
    Connection open(String purpose) throws IOException, TimeoutException {
        Connection connection;
        try {
            connection = factory.newConnection(name + "-" + purpose);
        } catch (IOException | TimeoutException e) {
            failedNanos = System.nanoTime();
            failed = true;
            throw e;
        }
        try {
            if (failed) {
                TimeUnit.NANOSECONDS.sleep(failedNanos + START_PAUSE_NANOS - System.nanoTime());
            }
            return connection;
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
