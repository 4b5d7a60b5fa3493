package io.signalbox.benchmarks.transports;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import io.signalbox.transports.rabbitmq.RabbitMqConfig;
import io.signalbox.transports.rabbitmq.RabbitMqTransport;
import io.signalbox.transports.redis.RedisConfig;
import io.signalbox.transports.redis.RedisTransport;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Throughput of batch publish and of consume, by hand and through the transport, in turn in one process, so that both
 * meet the same server and the same machine. {@code benchmarks/transports} starts the servers and this:
 *
 * <pre>    benchmarks/transports rabbitmq|redis [rounds] [messages] [payload bytes]</pre>
 */
public final class Overhead {
    private static final int WINDOW = 1_000;
    private static final int CREDIT = 1_000;

    private Overhead() {}

    /** @param args engine, address, rounds, messages, payload bytes */
    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[2]);
        int messages = Integer.parseInt(args[3]);
        byte[] payload = new byte[Integer.parseInt(args[4])];
        Arrays.fill(payload, (byte) 'x');
        String prefix = "overhead-" + ProcessHandle.current().pid();
        try (Contender bare = bare(args[0], args[1], prefix + "-bare");
                Contender ours = new OverTransport(transport(args[0], args[1], prefix), "bench")) {
            compare(List.of(bare, ours), rounds, messages, payload);
        }
    }

    private static Contender bare(String engine, String address, String name) throws Exception {
        return switch (engine) {
            case "rabbitmq" -> new BareRabbitMq(address, name);
            case "redis" -> new BareRedis(address, name);
            default ->
                throw new IllegalArgumentException("the engine '" + engine + "' is not known; rabbitmq and redis are");
        };
    }

    private static Transport transport(String engine, String address, String prefix) {
        return engine.equals("redis")
                ? RedisTransport.open(RedisConfig.of(address).withPrefix(prefix), TimeSource.monotonic())
                : RabbitMqTransport.open(
                        RabbitMqConfig.of(URI.create(address)).withPrefix(prefix), TimeSource.monotonic());
    }

    private static void compare(List<Contender> contenders, int rounds, int messages, byte[] payload) throws Exception {
        List<List<Double>> published = List.of(new ArrayList<>(), new ArrayList<>());
        List<List<Double>> consumed = List.of(new ArrayList<>(), new ArrayList<>());
        for (int round = -1; round < rounds; round++) { // the first warms up
            for (int c = 0; c < contenders.size(); c++) {
                int turn = (c + round + 2) % 2;
                Contender contender = contenders.get(turn);
                long began = System.nanoTime();
                contender.publish(messages, payload, WINDOW);
                double publish = messages * 1e9 / (System.nanoTime() - began);
                began = System.nanoTime();
                contender.consume(messages, CREDIT);
                double consume = messages * 1e9 / (System.nanoTime() - began);
                System.out.printf(
                        Locale.ROOT,
                        "round %d  %-12s publish %,9.0f/s  consume %,9.0f/s%n",
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
        report("publish", published);
        report("consume", consumed);
    }

    private static void report(String what, List<List<Double>> bareAndOurs) {
        double bare = median(bareAndOurs.get(0));
        double ours = median(bareAndOurs.get(1));
        System.out.printf(
                Locale.ROOT,
                "%s: median %,.0f/s by hand, %,.0f/s through the transport: overhead %.1f %%%n",
                what,
                bare,
                ours,
                (bare / ours - 1) * 100);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
