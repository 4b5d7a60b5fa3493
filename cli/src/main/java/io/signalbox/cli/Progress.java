package io.signalbox.cli;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far a long work is, on the error stream: a bar if the end is known, else a running count. Silent where no
 * terminal is.
 */
final class Progress {
    private static final long EVERY_NANOS = 200_000_000L;
    private static final int BAR_WIDTH = 30;

    private final PrintStream err;
    private final boolean shown;
    private String what;
    private long total;
    private long count;
    private long shownNanos = System.nanoTime();

    private Progress(PrintStream err, boolean shown, String what, long total) {
        this.err = err;
        this.shown = shown;
        this.what = what;
        this.total = total;
    }

    /** @param total 0: not known */
    static Progress of(Stdio stdio, String what, long total) {
        return new Progress(stdio.err(), stdio.errTerminal(), what, total);
    }

    /** For a command that prints while it works: lines and a bar on one terminal would tear each other. */
    static Progress besideOutput(Stdio stdio, String what) {
        return new Progress(stdio.err(), stdio.errTerminal() && !stdio.outTerminal(), what, 0);
    }

    void step() {
        at(count + 1);
    }

    void at(long reached, long of, String doing) {
        total = of;
        what = doing;
        at(reached);
    }

    void at(@Nullable Object value) {
        if (value instanceof Number number) {
            count = number.longValue();
        }
        long now = System.nanoTime();
        if (shown && now - shownNanos > EVERY_NANOS) {
            shownNanos = now;
            err.print("\r" + text() + "\u001b[K");
        }
    }

    /** Wipes it. */
    void done() {
        if (shown) {
            err.print("\r\u001b[K");
        }
    }

    String text() {
        if (total <= 0) {
            return count + " " + what;
        }
        long reached = Math.min(count, total);
        int full = (int) (reached * BAR_WIDTH / total);
        return "[" + "#".repeat(full) + "-".repeat(BAR_WIDTH - full) + "] "
                + String.format(Locale.ROOT, "%3d %%", reached * 100 / total) + " " + what;
    }
}
