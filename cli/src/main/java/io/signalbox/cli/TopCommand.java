package io.signalbox.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "top",
        description = "Watch rates, queues and the busiest sessions; Enter after q, or Ctrl-C, ends it.",
        mixinStandardHelpOptions = true)
final class TopCommand implements Callable<Integer> {
    private static final String[] COUNTERS = {"published", "delivered", "expired", "dropped"};

    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Between two looks (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = {"-n", "--sessions"},
            paramLabel = "N",
            defaultValue = "15",
            description = "How many sessions (default: ${DEFAULT-VALUE}).")
    private int sessions;

    @Option(names = "--once", description = "One look at the rates over one interval, then end.")
    private boolean once;

    private final CountDownLatch stop = new CountDownLatch(1);

    /** The server's figures at one time. */
    private record Look(long nanos, Map<String, @Nullable Object> stats, List<Map<String, @Nullable Object>> clients) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean redraw = !once && !output.json() && output.stdio().outTerminal();
        Look before = look();
        try (Interrupts interrupts = new Interrupts(stop::countDown)) {
            if (redraw) {
                Thread.ofPlatform().daemon().start(this::listenForQ);
            }
            long intervalMillis = Math.max(100, (long) (seconds * 1_000));
            while (!stop.await(intervalMillis, TimeUnit.MILLISECONDS)) {
                Look now = look();
                show(before, now, redraw);
                if (once || output.out().checkError()) {
                    break;
                }
                before = now;
            }
        }
        return 0;
    }

    private Look look() throws IOException {
        return new Look(
                System.nanoTime(),
                api.get("/api/v1/stats"),
                Api.objects(api.get("/api/v1/clients", "limit", "10000"), "clients"));
    }

    /** The terminal hands over whole lines; nothing here changes its mode, so nothing has to be mended after a crash. */
    private void listenForQ() {
        InputStream in = output.stdio().in();
        try {
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (c == 'q' || c == 'Q') {
                    stop.countDown();
                    return;
                }
            }
        } catch (IOException e) {
            // then Ctrl-C is left
        }
    }

    private void show(Look before, Look now, boolean redraw) {
        Map<String, @Nullable Object> rates = new LinkedHashMap<>();
        for (String counter : COUNTERS) {
            rates.put(counter + "PerSecond", rate(before.stats, now.stats, counter, now.nanos - before.nanos));
        }
        Map<String, @Nullable Object> levels = Output.pick(
                now.stats, "connected", "sessions", "queued", "deadLetters", "topics", "bufferedBytes", "storageBytes");
        List<Map<String, @Nullable Object>> busiest = busiest(before, now);
        PrintWriter out = output.out();
        if (output.json()) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>(rates);
            all.putAll(levels);
            all.put("clients", busiest);
            output.document(all);
            return;
        }
        if (redraw) {
            out.print("\u001b[H\u001b[2J");
        }
        output.rows(List.of(rates));
        out.println();
        output.rows(List.of(levels));
        out.println();
        output.rows(busiest);
    }

    /** Those that received most since the last look, then those with the longest queues. */
    private List<Map<String, @Nullable Object>> busiest(Look before, Look now) {
        Map<Object, Map<String, @Nullable Object>> known = new LinkedHashMap<>();
        before.clients.forEach(client -> known.put(String.valueOf(client.get("name")), client));
        return now.clients.stream()
                .map(client -> {
                    Map<String, @Nullable Object> former = known.get(String.valueOf(client.get("name")));
                    Map<String, @Nullable Object> row = Output.pick(client, "name", "state");
                    long nanos = now.nanos - before.nanos;
                    row.put("deliveredPerSecond", former == null ? 0 : rate(former, client, "delivered", nanos));
                    row.put("droppedPerSecond", former == null ? 0 : rate(former, client, "dropped", nanos));
                    row.putAll(Output.pick(client, "queuedMessages", "queuedBytes", "unsettled"));
                    return row;
                })
                .sorted(TopCommand::busierFirst)
                .limit(sessions)
                .toList();
    }

    private static int busierFirst(Map<String, @Nullable Object> a, Map<String, @Nullable Object> b) {
        int byRate = Long.compare(number(b, "deliveredPerSecond"), number(a, "deliveredPerSecond"));
        return byRate != 0 ? byRate : Long.compare(number(b, "queuedMessages"), number(a, "queuedMessages"));
    }

    private static long number(Map<String, @Nullable Object> object, String name) {
        return object.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static long rate(
            Map<String, @Nullable Object> before, Map<String, @Nullable Object> now, String counter, long nanos) {
        return Math.round(Math.max(0, number(now, counter) - number(before, counter)) * 1e9 / nanos);
    }
}
