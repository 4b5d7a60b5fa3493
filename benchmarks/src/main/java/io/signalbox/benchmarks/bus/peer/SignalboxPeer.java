package io.signalbox.benchmarks.bus.peer;

import io.signalbox.bus.Bus;
import io.signalbox.bus.message.PublishResult;

/** Signalbox with its defaults: bounded queue, ledger, context of the current message. */
final class SignalboxPeer implements Peer {
    private final Bus bus;

    private SignalboxPeer(Bus bus, TickHandler handler) {
        this.bus = bus;
        bus.subscribe(Tick.class, handler::handle);
    }

    static Peer callerRuns(TickHandler handler) {
        return new SignalboxPeer(Bus.builder().callerRuns().build(), handler);
    }

    static Peer async(TickHandler handler) {
        return new SignalboxPeer(Bus.create(), handler);
    }

    @Override
    public void publish(Tick tick) {
        PublishResult answer = bus.publish(tick);
        if (answer != PublishResult.ACCEPTED) {
            throw new IllegalStateException("an event was not taken: " + answer);
        }
    }

    @Override
    public void close() {
        bus.close();
    }
}
