package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.signalbox.transports.connection.Connector;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * One connection that sessions consume on. When it is lost they are told, and again when it is back, so that each brings
 * itself back.
 */
final class ConsumeLink implements Connector<ConsumeLink.Line> {
    /** Each has two channels, of the 2,047 that a server allows on a connection by default. */
    static final int SESSIONS_MAX = 1_000;

    private final Connections connections;
    private final Topology topology;
    private final Takeovers takeovers;
    final Set<RabbitSession> sessions = ConcurrentHashMap.newKeySet();

    /** A connection and who writes to it. */
    record Line(Connection connection, Writer writer) {
        /** @throws IOException if the connection has none left */
        SessionChannel channel() throws IOException {
            Channel channel = connection.createChannel();
            if (channel == null) {
                throw new IOException("the connection has no channel left");
            }
            return new SessionChannel(channel, writer);
        }
    }

    ConsumeLink(Connections connections, Topology topology, Takeovers takeovers) {
        this.connections = connections;
        this.topology = topology;
        this.takeovers = takeovers;
    }

    @Override
    public Line connect(Lost lost) throws IOException, TimeoutException {
        Connection connection = connections.open("consume").connection();
        try {
            connection.addShutdownListener(lost::because);
            topology.declare(connection);
            takeovers.listen(connection);
            return new Line(connection, new Writer("rabbitmq-acks"));
        } catch (IOException | TimeoutException | RuntimeException e) {
            connection.abort(1_000);
            throw e;
        }
    }

    @Override
    public void up(Line line) {
        sessions.forEach(RabbitSession::lineIsBack);
    }

    @Override
    public void down(Line line, Throwable cause) {
        sessions.forEach(RabbitSession::lineIsLost);
    }

    @Override
    public void disconnect(Line line) {
        line.connection().abort(1_000);
        line.writer().close();
    }
}
