package io.signalbox.transports.rabbitmq;

import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A name space of its own on a shared server. A crash of the transport is the end of its connections, after which it
 * reaches nothing any more.
 */
final class RabbitMqFixture implements TransportFixture {
    private final RabbitServer server = RabbitServer.shared();
    private final ManualTimeSource time = new ManualTimeSource();
    private final RabbitMqConfig config;
    private final List<Transport> crashed = new ArrayList<>();
    private final List<TcpProxy> proxies = new ArrayList<>();

    RabbitMqFixture(RabbitMqConfig.Queues queues) {
        config = RabbitMqConfig.of(server.uri())
                .withPrefix("tck-" + UUID.randomUUID().toString().substring(0, 13))
                .withQueues(queues)
                .withQueueSettle(Duration.ZERO) // nobody kills this server
                .withHierarchies("a");
    }

    @Override
    public Transport open() {
        TcpProxy proxy = new TcpProxy(server.port());
        proxies.add(proxy);
        return RabbitMqTransport.open(config.withUri(RabbitServer.uri(proxy.port())), time);
    }

    @Override
    public boolean crash(Transport transport) {
        proxies.getLast().close();
        crashed.add(transport);
        return true;
    }

    @Override
    public void advance(Duration step) {
        time.advance(step);
    }

    @Override
    public List<Message> deadLetters(Transport transport) {
        return ((RabbitMqTransport) transport).deadLetters(1_000);
    }

    @Override
    public void close() {
        crashed.forEach(Transport::close);
        proxies.forEach(TcpProxy::close);
    }
}
