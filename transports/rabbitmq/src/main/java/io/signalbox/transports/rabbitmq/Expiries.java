package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP;
import io.signalbox.transport.SessionOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends durable sessions whose time away is over. The server ends a queue by itself after the time it was created with,
 * which holds when no instance is left; this follows a changed expiry, and ends the record and memberships too.
 */
final class Expiries {
    private static final Logger LOG = LoggerFactory.getLogger(Expiries.class);
    private static final Duration TAKE_WAIT = Duration.ofSeconds(2);

    private final RabbitMqTransport transport;
    private final Supplier<ConsumeLines> lines;
    private final Map<String, Due> dues = new ConcurrentHashMap<>();

    private record Due(long atMillis, SessionOptions options) {}

    Expiries(RabbitMqTransport transport, Supplier<ConsumeLines> lines) {
        this.transport = transport;
        this.lines = lines;
    }

    void await(SessionOptions options, Duration expiry) {
        if (options.durable() && expiry.getSeconds() < Long.MAX_VALUE / 1000) {
            long at = transport.time().millis() + expiry.toMillis();
            dues.put(options.name(), new Due(at, options));
        }
    }

    void forget(String name) {
        dues.remove(name);
    }

    void tick(Sessions sessions) {
        long now = transport.time().millis();
        dues.forEach((name, due) -> {
            if (due.atMillis() <= now && dues.remove(name, due)) {
                sessions.inOrder(name, () -> {
                    if (!sessions.isAttached(name)) {
                        end(due.options());
                    }
                    return true;
                });
            }
        });
    }

    private void end(SessionOptions options) {
        ConsumeLink.Line line = lines.get().now();
        if (line == null) {
            return; // the server's own expiry stays
        }
        RecordCell cell = new RecordCell(transport.topology(), options.name(), new Settling(Duration.ZERO), () -> {});
        SessionQueues queues = new SessionQueues(transport.topology(), options, new Settling(Duration.ZERO));
        try {
            Optional<AMQP.Queue.DeclareOk> found = Probe.queue(line.connection(), cell.queue());
            if (found.isEmpty() || found.get().getConsumerCount() > 0) {
                return; // gone already, or another instance's
            }
            try {
                SessionRecord record = cell.acquire(line.connection(), options, TAKE_WAIT, to -> {});
                if (record != null && record.isExpired(transport.time().millis())) {
                    queues.delete(line.connection(), record.subscriptions(), cell.queue());
                }
            } finally {
                cell.release();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("session {} has expired and could not be ended: {}", options.name(), e.toString());
        }
    }
}
