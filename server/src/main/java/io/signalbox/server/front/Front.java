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
 * @param engine as it is
 */
public record Front(Transport transport, Transport engine, LongSupplier withheld) {
    /** @param transports null: none are configured */
    public static Front of(
            TransportsConfig config, Broker broker, @Nullable ConfiguredTransports transports, Authorizer authorizer) {
        String standard = config.hierarchy().standard();
        if (transports == null || standard.equals(ServerConfig.BROKER)) {
            return new Front(ReservedSessions.before(broker, bridgesAtTheBroker(config)), broker, () -> 0);
        }
        // No client's session there has the name of a bridge's, whichever server's.
        OwnedSessions owned = new OwnedSessions(transports.transport(), authorizer);
        return new Front(owned, transports.transport(), owned::withheldCount);
    }

    /** Sessions of bridges; some receive at the broker as a part of another transport. */
    private static Set<String> bridgesAtTheBroker(TransportsConfig config) {
        return config.bridges().stream().map(BridgeEntry::sessionName).collect(Collectors.toSet());
    }

    /**
     * Ends a session of the default transport for good; blocks.
     *
     * @param name as that transport knows it
     * @return false if there was none
     */
    public boolean removeSession(String name) throws InterruptedException {
        return EngineSessions.remove(engine, name);
    }

    public Health health() {
        return transport.health();
    }

    /** Deliveries that their receivers had no right to, and that nobody else has counted. */
    public long withheldCount() {
        return withheld.getAsLong();
    }
}
