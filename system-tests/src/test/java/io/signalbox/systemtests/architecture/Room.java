package io.signalbox.systemtests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A module, the packages under {@code io.signalbox} that are its own, and the modules that it may
 * know: the table of rooms. A module that is missing here fails the test.
 */
enum Room {
    CORE(packages("message", "topic", "transport", "codec", "setting", "error", "access", "time"), knows()),
    LOG(packages("log"), knows()),
    BROKER(packages("broker"), knows(CORE, LOG)),
    BUS(packages("bus"), knows(CORE)),
    BUS_JDBC(packages("busjdbc"), knows(CORE, BUS)),
    CODECS(packages("codecs"), knows(CORE)),
    CLIENT(packages("client"), knows(CORE, CODECS, LOG)),
    AVRO(packages("avro"), knows(CORE)),
    PROTOBUF(packages("protobuf"), knows(CORE)),
    SECURITY(packages("security"), knows(CORE)),
    LISTENER(packages("gateway.listener"), knows(CORE)),
    MQTT(packages("gateway.mqtt"), knows(CORE, LISTENER)),
    WEB(packages("gateway.web"), knows(CORE, LISTENER)),
    AMQP(packages("gateway.amqp"), knows(CORE, LISTENER)),
    CONNECTION(packages("transports.connection"), knows(CORE)),
    DELIVERY(packages("transports.delivery"), knows(CORE)),
    RABBITMQ(packages("transports.rabbitmq"), knows(CORE, CONNECTION, DELIVERY)),
    KAFKA(packages("transports.kafka"), knows(CORE, CONNECTION, DELIVERY)),
    COMPOSITE(packages("transports.composite"), knows(CORE, LOG)),
    ARCHIVE(packages("transports.archive"), knows(CORE)),
    MEMORY(packages("transports.memory"), knows(CORE, LOG, BROKER)),
    JDBC(packages("transports.jdbc"), knows(CORE, CONNECTION, DELIVERY)),
    REDIS(packages("transports.redis"), knows(CORE, CONNECTION, DELIVERY)),
    REMOTE(packages("transports.remote"), knows(CORE, CLIENT, CONNECTION, DELIVERY)),
    CONDITION(packages("condition"), knows(CORE)),
    CONFIGURATION(packages("configuration"), knows(CORE, COMPOSITE)),
    SERVER(
            packages("server"),
            knows(CORE, CODECS, LOG, BROKER, SECURITY, LISTENER, MQTT, AMQP, WEB, COMPOSITE, CONFIGURATION)),
    CLI(packages("cli"), knows(CORE, LOG, BROKER, SECURITY, CONFIGURATION, SERVER)),
    TESTKIT(packages("testkit"), knows(CORE, LOG, BROKER, BUS));

    private static final String ROOT = "io.signalbox.";

    private final Set<String> packages;
    private final Set<Room> knows;

    Room(Set<String> packages, Set<Room> knows) {
        this.packages = packages;
        this.knows = knows;
    }

    private static Set<String> packages(String... names) {
        return Set.of(names);
    }

    private static Set<Room> knows(Room... rooms) {
        return Set.of(rooms);
    }

    /** The room of a class; empty for one that is not ours, or that no room claims. */
    static Optional<Room> of(JavaClass type) {
        return Arrays.stream(values()).filter(room -> room.holds(type)).findFirst();
    }

    static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith(ROOT);
    }

    boolean holds(JavaClass type) {
        String name = type.getPackageName() + ".";
        return packages.stream().anyMatch(own -> name.startsWith(ROOT + own + "."));
    }

    boolean mayKnow(Room other) {
        return other == this || knows.contains(other);
    }
}
