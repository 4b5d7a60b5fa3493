package io.signalbox.benchmarks.amqp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Durable messages through one queue of one server, as many as go and then at a pace. {@code benchmarks/amqp} starts the
 * servers and this; the last line printed is a row of the table.
 */
public final class AmqpComparison {
    private static final int PACE_PER_SECOND = 1_000;
    private static final int PACED_SECONDS = 5;

    /** Not counted: JVMs, the client's too, still compile in the second. */
    private static final int ROUNDS_TO_WARM_UP = 3;

    private AmqpComparison() {}

    /** @param args title, port, user (empty: none), address, rounds, messages, payload bytes */
    public static void main(String[] args) throws Exception {
        String title = args[0];
        int rounds = Integer.parseInt(args[4]);
        int messages = Integer.parseInt(args[5]);
        byte[] payload = new byte[Integer.parseInt(args[6])];
        Arrays.fill(payload, (byte) 'x');
        List<Double> perSecond = new ArrayList<>();
        Histogram latencyNanos = new Histogram(3);
        try (QueueClient client = new QueueClient(Integer.parseInt(args[1]), args[2], args[3])) {
            for (int round = 1 - ROUNDS_TO_WARM_UP; round <= rounds; round++) {
                double rate = messages * 1e9 / client.through(messages, payload);
                Histogram paced = client.paced(PACE_PER_SECOND * PACED_SECONDS, PACE_PER_SECOND, payload);
                System.out.printf(
                        Locale.ROOT,
                        "round %d  %-10s %,9.0f/s  at %d/s: median %,.0f us, 99 %% %,.0f us%n",
                        round,
                        title,
                        rate,
                        PACE_PER_SECOND,
                        paced.getValueAtPercentile(50) / 1e3,
                        paced.getValueAtPercentile(99) / 1e3);
                if (round > 0) {
                    perSecond.add(rate);
                    latencyNanos.add(paced);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %,.2f | %,.2f |%n",
                title,
                median(perSecond),
                latencyNanos.getValueAtPercentile(50) / 1e6,
                latencyNanos.getValueAtPercentile(99) / 1e6);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
