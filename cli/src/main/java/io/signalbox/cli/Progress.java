package io.signalbox.cli;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** A running count on the terminal's error stream; silent where there is no terminal. */
final class Progress {
    private static final long EVERY_NANOS = 200_000_000L;

    private final String what;
    private final boolean shown;
    private long count;
    private long shownNanos = System.nanoTime();

    Progress(String what) {
        this.what = what;
        Console console = System.console();
        this.shown = console != null && console.isTerminal();
    }

    void step() {
        at(count + 1);
    }

    void at(@Nullable Object value) {
        if (value instanceof Number number) {
            count = number.longValue();
        }
        long now = System.nanoTime();
        if (shown && now - shownNanos > EVERY_NANOS) {
            shownNanos = now;
            System.err.print("\r" + count + " " + what + " ");
        }
    }

    void done() {
        if (shown) {
            System.err.print("\r\u001b[K");
        }
    }
}
