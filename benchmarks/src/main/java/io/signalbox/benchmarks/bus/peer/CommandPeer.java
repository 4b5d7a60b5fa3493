package io.signalbox.benchmarks.bus.peer;

/** Peers that answer commands; the others of {@link SyncPeer} have no answers. */
public enum CommandPeer {
    SIGNALBOX,
    AXON,
    VERTX,
    DIRECT;

    public CommandBus start() {
        return switch (this) {
            case SIGNALBOX -> new SignalboxCommands();
            case AXON -> new AxonCommands();
            case VERTX -> new VertxCommands();
            case DIRECT -> new DirectCommands();
        };
    }
}
