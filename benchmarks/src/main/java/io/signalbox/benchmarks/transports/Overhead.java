package io.signalbox.benchmarks.transports;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Throughput of batch publish and of consume, by hand and through the transport, in turn in one process, so that both
 * meet the same server and the same machine. {@code benchmarks/transports} starts the servers and this:
 *
 * <pre>    benchmarks/transports all|rabbitmq|redis|kafka|postgresql [rounds] [messages] [payload bytes]</pre>
 */
public final class Overhead {
    private static final int CREDIT = 1_000;

    private final Engine engine;
    private final List<Contender> bareAndOurs;
    private final List<List<Double>> published = List.of(new ArrayList<>(), new ArrayList<>());
    private final List<List<Double>> consumed = List.of(new ArrayList<>(), new ArrayList<>());

    private Overhead(Engine engine, Contender bare, Contender ours) {
        this.engine = engine;
        bareAndOurs = List.of(bare, ours);
    }

    /** @param args engine, address, rounds, messages, payload bytes; the last line printed is a row of the table */
    public static void main(String[] args) throws Exception {
        Engine engine = Engine.valueOf(args[0].toUpperCase(Locale.ROOT));
        int rounds = Integer.parseInt(args[2]);
        int messages = Integer.parseInt(args[3]);
        byte[] payload = new byte[Integer.parseInt(args[4])];
        Arrays.fill(payload, (byte) 'x');
        String name = "overhead" + ProcessHandle.current().pid();
        try (Contender bare = engine.bare(args[1], name + "bare");
                Contender ours = new OverTransport(engine.transport(args[1], name), "bench")) {
            Overhead overhead = new Overhead(engine, bare, ours);
            overhead.compare(rounds, messages, payload);
            if (bare instanceof BarePostgres postgres) {
                overhead.sayWhatBatchesSave(postgres, messages / 50, payload);
            }
            System.out.println(overhead.row());
        }
    }

    private void compare(int rounds, int messages, byte[] payload) throws Exception {
        for (int round = -1; round < rounds; round++) { // the first warms up
            for (int c = 0; c < bareAndOurs.size(); c++) {
                int turn = (c + round + 2) % 2;
                Contender contender = bareAndOurs.get(turn);
                long began = System.nanoTime();
                contender.publish(messages, payload, engine.window);
                double publish = messages * 1e9 / (System.nanoTime() - began);
                double consume = messages * 1e9 / contender.consume(messages, CREDIT);
                System.out.printf(
                        Locale.ROOT,
                        "round %d  %-13s publish %,9.0f/s  consume %,9.0f/s%n",
                        round + 1,
                        contender.name(),
                        publish,
                        consume);
                if (round >= 0) {
                    published.get(turn).add(publish);
                    consumed.get(turn).add(consume);
                }
            }
        }
    }

    private void sayWhatBatchesSave(BarePostgres postgres, int messages, byte[] payload) throws Exception {
        long began = System.nanoTime();
        postgres.publishSingly(messages, payload);
        double singly = messages * 1e9 / (System.nanoTime() - began);
        System.out.printf(
                Locale.ROOT,
                "single inserts %,.0f/s: the transport's batch publish is %.1f times that%n",
                singly,
                median(published.get(1)) / singly);
    }

    private String row() {
        return "| " + engine.name().toLowerCase(Locale.ROOT) + cells(published) + cells(consumed) + " |";
    }

    private static String cells(List<List<Double>> bareAndOurs) {
        List<Double> bare = bareAndOurs.get(0);
        List<Double> ours = bareAndOurs.get(1);
        return String.format(
                Locale.ROOT,
                " | %,.0f | %,.0f | %.1f %%",
                median(bare),
                median(ours),
                (median(ratios(bare, ours)) - 1) * 100);
    }

    /** Of each round: what the machine and the server do meanwhile changes from round to round, and is the same for both. */
    private static List<Double> ratios(List<Double> bare, List<Double> ours) {
        return IntStream.range(0, bare.size())
                .mapToObj(round -> bare.get(round) / ours.get(round))
                .toList();
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
