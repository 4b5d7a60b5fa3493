package io.signalbox.transports.jdbc;

import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A schema of its own in a database that is there. */
final class JdbcFixture implements TransportFixture {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    final ManualTimeSource time = new ManualTimeSource();
    private final JdbcConfig config;

    JdbcFixture(String url) {
        config = JdbcConfig.of(url)
                .withUser("test", "")
                .withSchema("tck_" + SCHEMAS.incrementAndGet())
                .withPollInterval(Duration.ofMillis(20));
    }

    @Override
    public JdbcTransport open() {
        return JdbcTransport.open(config, time);
    }

    @Override
    public boolean crash(Transport transport) {
        ((JdbcTransport) transport).halt();
        return true;
    }

    @Override
    public void advance(Duration step) {
        time.advance(step);
    }

    @Override
    public List<Message> deadLetters(Transport transport) {
        return ((JdbcTransport) transport).deadLetters(1_000);
    }
}
