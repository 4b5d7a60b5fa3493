package io.signalbox.transports.remote;

import io.signalbox.transports.connection.Connector;
import io.signalbox.transports.remote.wire.ConnectRequest;
import io.signalbox.transports.remote.wire.Delivery;
import io.signalbox.transports.remote.wire.Receiver;
import io.signalbox.transports.remote.wire.WireLink;
import io.signalbox.transports.remote.wire.Wires;

/** The connection that publishes in nobody's name. */
record PublishLine(Wires wires, ConnectRequest request, Outbox outbox) implements Connector<WireLink>, Receiver {
    @Override
    public WireLink connect(Lost lost) throws Exception {
        return wires.open(request, this, lost);
    }

    @Override
    public void up(WireLink link) {
        outbox.linkUp(link);
    }

    @Override
    public void down(WireLink link, Throwable cause) {
        outbox.linkDown();
    }

    @Override
    public void disconnect(WireLink link) {
        var unused = link.disconnect(null);
    }

    @Override
    public void arrived(Delivery delivery) {} // it has no subscriptions

    @Override
    public void writable() {
        outbox.writable();
    }
}
