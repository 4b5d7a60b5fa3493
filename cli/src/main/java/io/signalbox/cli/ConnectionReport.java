package io.signalbox.cli;

import io.signalbox.cli.link.LinkException;
import io.signalbox.cli.link.LinkListener;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Consumer;

/** Says on standard error what becomes of a connection, and hands on its end. */
final class ConnectionReport implements LinkListener {
    private final PrintStream err;
    private final boolean quiet;
    private final Consumer<LinkException> onEnd;

    ConnectionReport(Stdio stdio, boolean quiet, Consumer<LinkException> onEnd) {
        this.err = stdio.err();
        this.quiet = quiet;
        this.onEnd = onEnd;
    }

    @Override
    public void lost(String reason, long retryMillis) {
        if (!quiet) {
            err.printf(Locale.ROOT, "%s; trying again in %.1f s%n", reason, retryMillis / 1_000.0);
        }
    }

    @Override
    public void back(boolean sessionPresent) {
        if (!quiet) {
            err.println(
                    sessionPresent
                            ? "connected again, the session is still there"
                            : "connected again; messages of the meantime may be missing (-c -i NAME keeps them)");
        }
    }

    @Override
    public void missed(String what) {
        err.println("messages are missing that the server no longer has: " + what);
    }

    @Override
    public void ended(LinkException reason) {
        onEnd.accept(reason);
    }
}
