package io.signalbox.transports.kafka;

import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;

/** A prefix of its own on a shared server. */
final class KafkaFixture implements TransportFixture {
    private static final Admin ADMIN =
            new Clients(KafkaConfig.of(KafkaBroker.shared().bootstrap())).admin();

    private final ManualTimeSource time = new ManualTimeSource();
    private final KafkaConfig config;

    KafkaFixture() {
        config = config("tck");
    }

    /** Kafka deletes by its own clock, and the test's is another: so never. */
    static KafkaConfig config(String name) {
        return KafkaConfig.of(KafkaBroker.shared().bootstrap())
                .withPrefix(name + "-" + UUID.randomUUID().toString().substring(0, 13))
                .withCreation(new KafkaConfig.Creation(1, 1, Duration.ZERO));
    }

    @Override
    public Transport open() {
        return KafkaTransport.open(config, time, Pace.DEFAULT.withClusterTime(time));
    }

    @Override
    public boolean crash(Transport transport) {
        ((KafkaTransport) transport).halt();
        return true;
    }

    @Override
    public void advance(Duration step) {
        time.advance(step);
    }

    @Override
    public List<Message> deadLetters(Transport transport) {
        return ((KafkaTransport) transport).deadLetters(1_000);
    }

    @Override
    public boolean tellsSubscriptions() {
        return false;
    }

    @Override
    public void close() {
        Names names = new Names(config.prefix());
        ADMIN.deleteTopics(List.of(config.prefix(), names.sessions(), names.deadLetters()));
    }
}
