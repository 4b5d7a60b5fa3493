package io.signalbox.benchmarks.bus.peer;

import io.signalbox.bus.Bus;

/** Signalbox with its defaults. */
final class SignalboxCommands implements CommandBus {
    private final Bus bus = Bus.create();

    SignalboxCommands() {
        bus.handle(Sum.class, Sum::answer);
    }

    @Override
    public int execute(Sum command) {
        return bus.execute(command).orElseThrow();
    }

    @Override
    public void close() {
        bus.close();
    }
}
