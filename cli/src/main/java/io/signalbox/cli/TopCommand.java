package io.signalbox.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "top", description = "Watch rates and queues; Ctrl-C ends it.", mixinStandardHelpOptions = true)
final class TopCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Between two looks (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--once", description = "One look at the rates over one interval, then end.")
    private boolean once;

    @Override
    public Integer call() throws IOException {
        Map<String, @Nullable Object> before = api.get("/api/v1/stats");
        long lookedNanos = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(Duration.ofSeconds(Math.max(1, seconds)).toNanos());
            Map<String, @Nullable Object> now = api.get("/api/v1/stats");
            long nanos = System.nanoTime() - lookedNanos;
            lookedNanos += nanos;
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            for (String counter : new String[] {"published", "delivered", "dropped", "expired"}) {
                view.put(counter + "PerSecond", rate(before, now, counter, nanos));
            }
            view.putAll(Output.pick(
                    now, "connected", "sessions", "queued", "deadLetters", "topics", "bufferedBytes", "storageBytes"));
            if (!once && !output.json() && System.console() != null) {
                output.out().print("\u001b[H\u001b[2J");
            }
            output.fields(view);
            output.out().flush();
            if (once || output.out().checkError()) {
                break;
            }
            before = now;
        }
        return 0;
    }

    private static long rate(
            Map<String, @Nullable Object> before, Map<String, @Nullable Object> now, String counter, long nanos) {
        if (before.get(counter) instanceof Number a && now.get(counter) instanceof Number b) {
            return Math.round((b.longValue() - a.longValue()) * 1e9 / nanos);
        }
        return 0;
    }
}
