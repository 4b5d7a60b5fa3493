package io.signalbox.transports.remote;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transports.connection.ResponseTimes;
import io.signalbox.transports.remote.wire.ConnectRequest;
import io.signalbox.transports.remote.wire.Delivery;
import io.signalbox.transports.remote.wire.Receiver;
import io.signalbox.transports.remote.wire.WireLink;
import io.signalbox.transports.remote.wire.Wires;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A configured remote server that is not open. */
record RemotePlan(RemoteConfig config) implements TransportPlan {
    private static final Receiver NOBODY = new Receiver() {
        @Override
        public void arrived(Delivery delivery) {}

        @Override
        public void writable() {}
    };

    @Override
    public String endpoint() {
        return config.place();
    }

    @Override
    public boolean hasServer() {
        return true;
    }

    /** Under a client id of its own: that of the configuration would throw out whoever has it. */
    @Override
    public ServerAnswer probe(Duration timeout) throws Exception {
        RemoteConfig asking = config.withWaits(new RemoteWaits(config.waits().keepAlive(), timeout, timeout, timeout));
        long began = System.nanoTime();
        try (Wires wires = new Wires(TimeSource.monotonic(), new ResponseTimes())) {
            ConnectRequest request =
                    new ConnectRequest(asking.options("probe-" + UUID.randomUUID(), Duration.ZERO, 1), true, null);
            WireLink link = wires.open(request, NOBODY, cause -> {});
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            link.disconnect(null).toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new ServerAnswer("Signalbox, " + link.granted().features().size() + " features", took);
        }
    }

    @Override
    public Promise promise(Map<String, Promise> parts, Duration timeout) {
        return Promise.of(RemoteTransport.capabilities(config), RemoteGuarantees.of(config), true);
    }

    @Override
    public Transport open(Surroundings surroundings) {
        return RemoteTransport.open(config.withWhenAbsent(surroundings.whenAbsent()), surroundings.time());
    }
}
