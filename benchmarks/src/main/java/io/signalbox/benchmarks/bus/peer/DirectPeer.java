package io.signalbox.benchmarks.bus.peer;

/** No bus: a call through an interface. */
final class DirectPeer implements Peer {
    private final TickHandler handler;

    DirectPeer(TickHandler handler) {
        this.handler = handler;
    }

    @Override
    public void publish(Tick tick) {
        handler.handle(tick);
    }

    @Override
    public void close() {}
}
