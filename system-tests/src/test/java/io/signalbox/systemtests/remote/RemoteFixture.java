package io.signalbox.systemtests.remote;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetters;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.testkit.net.TcpProxy;
import io.signalbox.transport.Transport;
import io.signalbox.transports.remote.RemoteConfig;
import io.signalbox.transports.remote.RemoteTransport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A server of its own. A crash of the transport is the end of its connections, after which it reaches nothing more. */
final class RemoteFixture implements TransportFixture {
    private final ManualTimeSource time = new ManualTimeSource();
    private final FarServer server;
    private final List<Transport> crashed = new ArrayList<>();
    private final List<TcpProxy> proxies = new ArrayList<>();

    RemoteFixture() throws Exception {
        server = new FarServer(time);
    }

    @Override
    public Transport open() {
        TcpProxy proxy = new TcpProxy(server.mqttPort);
        proxies.add(proxy);
        return RemoteTransport.open(
                RemoteConfig.of(
                                URI.create("mqtt://127.0.0.1:" + proxy.port()),
                                "tck-" + UUID.randomUUID().toString().substring(0, 8))
                        .withApi(URI.create("http://127.0.0.1:" + server.httpPort)),
                time);
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
        return server.broker.deadLetters().list(DeadLetters.Query.all(1_000)).stream()
                .map(DeadLetter::message)
                .toList();
    }

    @Override
    public boolean tellsSubscriptions() {
        return false;
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(30);
    }

    @Override
    public void close() throws Exception {
        crashed.forEach(Transport::close);
        proxies.forEach(TcpProxy::close);
        server.close();
    }
}
