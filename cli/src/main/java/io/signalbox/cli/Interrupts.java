package io.signalbox.cli;

import java.util.ArrayList;
import java.util.List;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Ctrl-C and SIGTERM as a wish to end well, as long as this is open. A second one ends the process at once. */
final class Interrupts implements AutoCloseable {
    private record Former(Signal signal, SignalHandler handler) {}

    private final List<Former> formers = new ArrayList<>();
    private boolean asked;

    Interrupts(Runnable onInterrupt) {
        for (String name : new String[] {"INT", "TERM"}) {
            Signal signal = new Signal(name);
            formers.add(new Former(signal, Signal.handle(signal, received -> {
                if (asked(true)) {
                    Runtime.getRuntime().halt(128 + received.getNumber());
                }
                onInterrupt.run();
            })));
        }
    }

    private synchronized boolean asked(boolean now) {
        boolean before = asked;
        asked = now;
        return before;
    }

    @Override
    public void close() {
        formers.forEach(former -> Signal.handle(former.signal(), former.handler()));
    }
}
