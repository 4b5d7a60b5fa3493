package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.signalbox.transport.Session.Target;
import java.io.IOException;
import java.util.Objects;

/**
 * A share group's filter is one queue that its members consume side by side. In front of it stands an exchange of its
 * own that the server deletes with its last binding, and each member's membership is a binding: so the group ends when
 * the last has left, without anybody counting.
 */
record ShareGroups(Topology topology, Settling settling) {
    String queue(Target target) {
        return topology.names().share(group(target), target.filter());
    }

    private static String group(Target target) {
        return Objects.requireNonNull(target.shareGroup(), "an ordinary subscription has no group");
    }

    void join(Connection connection, Channel channel, Target target, String member) throws IOException {
        String name = queue(target);
        boolean there = Probe.queue(connection, name).isPresent();
        String key = Names.bindingKey(target.filter());
        channel.exchangeDeclare(name, BuiltinExchangeType.FANOUT, true, true, null);
        channel.queueDeclare(name, true, false, false, topology.share());
        if (!there) {
            settling.declaredDurable(topology, name);
        }
        channel.queueBind(name, name, Names.bounded(member));
        channel.exchangeBind(name, topology.exchange(target.filter(), false), key);
        channel.exchangeBind(name, topology.exchange(target.filter(), true), key);
    }

    void leave(Connection connection, Target target, String member) throws IOException {
        String name = queue(target);
        Probe.ask(connection, channel -> channel.queueUnbind(name, name, Names.bounded(member)));
        if (!Probe.exchangeExists(connection, name)) {
            Probe.ask(connection, channel -> channel.queueDelete(name, true, false));
        }
    }
}
