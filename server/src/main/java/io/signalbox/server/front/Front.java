package io.signalbox.server.front;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.Broker;
import io.signalbox.configuration.ConfiguredTransports;
import io.signalbox.configuration.TransportsConfig;
import io.signalbox.configuration.bridge.BridgeEntry;
import io.signalbox.server.config.ServerConfig;
import io.signalbox.transport.Health;
import io.signalbox.transport.Transport;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the gateways serve: the embedded broker, which knows of users itself, or a configured transport, which does not.
 *
 * @param transport as clients may use it
 */
public record Front(Transport transport, LongSupplier withheld) {
    /** @param transports null: none are configured */
    public static Front of(
            TransportsConfig config, Broker broker, @Nullable ConfiguredTransports transports, Authorizer authorizer) {
        String standard = config.hierarchy().standard();
        Set<String> bridges = reserved(config);
        if (transports == null || standard.equals(ServerConfig.BROKER)) {
            return new Front(ReservedSessions.before(broker, bridges), () -> 0);
        }
        OwnedSessions owned = new OwnedSessions(transports.transport(), authorizer);
        return new Front(ReservedSessions.before(owned, bridges), owned::withheldCount);
    }

    /**
     * The sessions of all bridges: a client's session at a composite has its name at the members too, and two transports
     * can lead to one engine, so that nobody can tell which bridges' sources a client does not reach.
     */
    static Set<String> reserved(TransportsConfig config) {
        return config.bridges().stream().map(BridgeEntry::sessionName).collect(Collectors.toSet());
    }

    public Health health() {
        return transport.health();
    }

    /** Deliveries that their receivers had no right to, and that nobody else has counted. */
    public long withheldCount() {
        return withheld.getAsLong();
    }
}
