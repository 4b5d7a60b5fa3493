package io.signalbox.server.front;

import io.signalbox.broker.Broker;
import io.signalbox.broker.SessionInfo;
import io.signalbox.configuration.TransportsConfig;
import io.signalbox.gateway.amqp.delivery.QueueCensus;
import io.signalbox.server.config.ServerConfig;
import io.signalbox.transport.ReservedNames;
import java.util.Set;
import java.util.stream.Collectors;

/** Which queues there are, where the server's own broker has them; other transports do not tell. */
public final class KnownQueues {
    private KnownQueues() {}

    public static QueueCensus.Survey of(TransportsConfig config, Broker broker) {
        return config.isEmpty() || config.hierarchy().standard().equals(ServerConfig.BROKER)
                ? () -> queues(broker)
                : QueueCensus.Survey.NONE;
    }

    private static Set<String> queues(Broker broker) {
        return broker.sessions().stream()
                .map(SessionInfo::name)
                .filter(name -> name.startsWith(ReservedNames.QUEUE))
                .collect(Collectors.toSet());
    }
}
