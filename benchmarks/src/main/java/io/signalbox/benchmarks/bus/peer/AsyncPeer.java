package io.signalbox.benchmarks.bus.peer;

/** Peers whose handler runs on another thread than the publisher; {@code DISRUPTOR} is no bus, but the limit. */
public enum AsyncPeer {
    SIGNALBOX,
    MBASSADOR,
    GUAVA,
    SPRING,
    VERTX,
    DISRUPTOR;

    /** @param publishers how many threads will publish */
    public Peer start(TickHandler handler, int publishers) {
        return switch (this) {
            case SIGNALBOX -> SignalboxPeer.async(handler);
            case MBASSADOR -> MbassadorPeer.async(handler);
            case GUAVA -> GuavaPeer.async(handler);
            case SPRING -> SpringPeer.async(handler);
            case VERTX -> new VertxPeer(handler);
            case DISRUPTOR -> new DisruptorPeer(handler, publishers);
        };
    }
}
