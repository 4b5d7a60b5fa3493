package io.signalbox.benchmarks.bus.peer;

/** Peers whose handler is over when the publish returns; {@code DIRECT} is the floor. */
public enum SyncPeer {
    SIGNALBOX,
    MBASSADOR,
    GUAVA,
    SPRING,
    DIRECT;

    public Peer start(TickHandler handler) {
        return switch (this) {
            case SIGNALBOX -> SignalboxPeer.callerRuns(handler);
            case MBASSADOR -> MbassadorPeer.sync(handler);
            case GUAVA -> GuavaPeer.sync(handler);
            case SPRING -> SpringPeer.sync(handler);
            case DIRECT -> new DirectPeer(handler);
        };
    }
}
