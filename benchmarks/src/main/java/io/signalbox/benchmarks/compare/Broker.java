package io.signalbox.benchmarks.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Who is compared. */
enum Broker {
    SIGNALBOX("Signalbox", true),
    MOSQUITTO("Mosquitto", false),
    NATS("NATS, MQTT", false),
    /** The same server by its own protocol; for what is at most once. */
    NATS_CORE("NATS, its own protocol", false),
    RABBITMQ("RabbitMQ", false),
    ARTEMIS("Artemis", true),
    HIVEMQ("HiveMQ CE", true);

    final String title;

    /** It needs a run that is thrown away until its code is compiled. */
    final boolean jvm;

    Broker(String title, boolean jvm) {
        this.title = title;
        this.jvm = jvm;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Broker ofId(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    boolean takesPartIn(Scenario scenario) {
        return scenario.cast().brokers().contains(this) && (this != NATS_CORE || scenario.atMostOnce());
    }

    /** @return what must be there to start it */
    Path needs(Installation places) {
        return switch (this) {
            case SIGNALBOX -> places.root().resolve("signalbox");
            case MOSQUITTO -> places.program("mosquitto");
            case NATS, NATS_CORE -> places.program("nats-server");
            case RABBITMQ -> Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
            case ARTEMIS -> places.peers().resolve("artemis/bin/artemis");
            case HIVEMQ -> places.peers().resolve("hivemq");
        };
    }

    boolean isInstalled(Installation places) {
        return Files.exists(needs(places));
    }
}
