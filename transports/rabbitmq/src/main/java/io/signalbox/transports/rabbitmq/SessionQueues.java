package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transports.delivery.Subscriptions;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queues of one session and what is bound to them. Two: {@code heavy} for what must arrive, and {@code light} for
 * what need not, which is gone when the session is away. A filter that grants at least once binds heavy to the exchange
 * of what must arrive; one that grants less binds light to it instead. What was published to arrive at most once goes
 * to light by whichever filter.
 */
final class SessionQueues {
    private final Topology topology;
    private final ShareGroups groups;
    private final SessionOptions options;
    private final Settling settling;
    private final String heavy;
    private final String light;

    /** Once is enough: what is there now, this one made, or has told of. */
    private boolean looked;

    /** @param settling hears of queues that were not there */
    SessionQueues(Topology topology, SessionOptions options, Settling settling) {
        this.topology = topology;
        this.options = options;
        this.settling = settling;
        groups = new ShareGroups(topology, settling);
        Names names = topology.names();
        heavy = options.durable() ? names.session(options.name()) : names.transientSession(options.name());
        light = names.light(options.name());
    }

    String heavy() {
        return heavy;
    }

    String light() {
        return light;
    }

    ShareGroups groups() {
        return groups;
    }

    void declare(Connection connection, Channel channel) throws IOException {
        // Its bounds are those it was created with: what is there stays.
        if (Probe.queue(connection, heavy).isEmpty()) {
            channel.queueDeclare(
                    heavy,
                    true,
                    false,
                    false,
                    options.durable() ? topology.session(options) : topology.transientSession(options));
            if (options.durable()) {
                settling.declaredDurable(topology, heavy);
            }
        } else if (options.durable() && !looked) {
            OlderArguments.look(connection, heavy, topology.session(options));
        }
        looked = true;
        if (Probe.queue(connection, light).isEmpty()) {
            channel.queueDeclare(light, true, false, false, topology.light(options));
        }
    }

    void bind(Connection connection, Channel channel, FilterSpec spec) throws IOException {
        if (spec.shareGroup() != null) {
            groups.join(connection, channel, Subscriptions.target(spec), options.name());
            return;
        }
        TopicFilter filter = spec.filter();
        String key = Names.bindingKey(filter);
        boolean heavily = spec.guarantee() != Guarantee.AT_MOST_ONCE;
        channel.queueBind(light, topology.exchange(filter, true), key);
        channel.queueBind(heavily ? heavy : light, topology.exchange(filter, false), key);
        channel.queueUnbind(heavily ? light : heavy, topology.exchange(filter, false), key);
    }

    void unbind(Connection connection, Channel channel, FilterSpec spec) throws IOException {
        if (spec.shareGroup() != null) {
            groups.leave(connection, Subscriptions.target(spec), options.name());
            return;
        }
        TopicFilter filter = spec.filter();
        String key = Names.bindingKey(filter);
        for (String queue : List.of(heavy, light)) {
            channel.queueUnbind(queue, topology.exchange(filter, false), key);
            channel.queueUnbind(queue, topology.exchange(filter, true), key);
        }
    }

    /**
     * Everything, the memberships of these subscriptions included. Bindings go first: what is routed to a quorum queue
     * while it is deleted is refused to its publisher, whoever else it is for.
     */
    void delete(Connection connection, List<FilterSpec> subscriptions, @Nullable String record) throws IOException {
        for (FilterSpec spec : subscriptions) {
            Probe.ask(connection, channel -> {
                unbind(connection, channel, spec);
                return true;
            });
        }
        Probe.ask(connection, channel -> channel.queueDelete(light));
        // Last: whoever takes over a transient session waits until this one is gone, and then declares both.
        Probe.ask(connection, channel -> channel.queueDelete(heavy));
        if (record != null) {
            Probe.ask(connection, channel -> channel.queueDelete(record));
        }
    }

    /** The session is away: what need not arrive ends. */
    void deleteLight(Connection connection) throws IOException {
        Probe.ask(connection, channel -> channel.queueDelete(light));
    }
}
