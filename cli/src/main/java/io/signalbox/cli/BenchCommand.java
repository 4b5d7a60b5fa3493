package io.signalbox.cli;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A quick look at what a broker does on this machine. The client library is the limit here, not the broker: figures
 * for comparisons come from a load generator.
 */
@Command(name = "bench", description = "Publish and receive for some seconds; print rates and latencies.")
final class BenchCommand implements Callable<Integer> {
    private static final int STAMP_BYTES = 8;
    private static final long LATENCY_MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final Output output = new Output();

    @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "2",
            description = "Publishers, each with a topic of its own (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--fan-out",
            paramLabel = "N",
            defaultValue = "1",
            description = "Subscribers of each topic (default: ${DEFAULT-VALUE}).")
    private int fanOut;

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            defaultValue = "0",
            description = "0, 1 or 2 (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "Payload, at least 8 (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Messages a second over all publishers; 0: as many as can be.")
    private int rate;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "100",
            description = "Messages of one publisher on the way (default: ${DEFAULT-VALUE}).")
    private int window;

    private final Histogram latency = new ConcurrentHistogram(LATENCY_MAX_NANOS, 3);
    private final LongAdder published = new LongAdder();
    private final LongAdder delivered = new LongAdder();

    @Override
    public Integer call() throws IOException, InterruptedException {
        String run = "bench/" + Long.toHexString(System.nanoTime());
        List<Mqtt5BlockingClient> clients = new ArrayList<>();
        List<Semaphore> windows = new ArrayList<>();
        try {
            for (int p = 0; p < pairs; p++) {
                Semaphore free = new Semaphore(window);
                windows.add(free);
                for (int s = 0; s < fanOut; s++) {
                    clients.add(subscriber(run + "/" + p, s == 0 ? free : null, "-s" + p + "-" + s));
                }
            }
            long startNanos = System.nanoTime();
            long endNanos = startNanos + TimeUnit.SECONDS.toNanos(seconds);
            List<Thread> publishers = new ArrayList<>();
            for (int p = 0; p < pairs; p++) {
                Mqtt5BlockingClient client = connection.client(false, "-p" + p);
                connection.connect(client, true, 0);
                clients.add(client);
                Semaphore free = windows.get(p);
                String topic = run + "/" + p;
                publishers.add(Thread.ofVirtual().start(() -> publish(client.toAsync(), topic, free, endNanos)));
            }
            for (Thread publisher : publishers) {
                publisher.join();
            }
            report((System.nanoTime() - startNanos) / 1e9);
            return 0;
        } finally {
            clients.forEach(client -> {
                if (client.getState().isConnected()) {
                    client.disconnect();
                }
            });
        }
    }

    private MqttQos level() {
        MqttQos level = MqttQos.fromCode(qos);
        if (level == null) {
            throw new ApiException(400, "QoS " + qos + " does not exist; use 0, 1 or 2");
        }
        return level;
    }

    private Mqtt5BlockingClient subscriber(String topic, @Nullable Semaphore free, String suffix) throws IOException {
        Mqtt5BlockingClient client = connection.client(false, suffix);
        connection.connect(client, true, 0);
        client.toAsync()
                .subscribeWith()
                .topicFilter(topic)
                .qos(level())
                .callback(message -> {
                    long sentNanos =
                            ByteBuffer.wrap(message.getPayloadAsBytes()).getLong();
                    latency.recordValue(Math.min(LATENCY_MAX_NANOS, Math.max(0, System.nanoTime() - sentNanos)));
                    delivered.increment();
                    if (free != null) {
                        free.release();
                    }
                })
                .send()
                .join();
        return client;
    }

    private void publish(Mqtt5AsyncClient client, String topic, Semaphore free, long endNanos) {
        long pauseNanos = rate > 0 ? TimeUnit.SECONDS.toNanos(pairs) / rate : 0;
        long nextNanos = System.nanoTime();
        MqttQos level = level();
        try {
            while (System.nanoTime() < endNanos) {
                if (!free.tryAcquire(1, TimeUnit.SECONDS)) {
                    continue;
                }
                if (pauseNanos > 0) {
                    LockSupport.parkNanos(nextNanos - System.nanoTime());
                    nextNanos += pauseNanos;
                }
                byte[] payload = new byte[Math.max(STAMP_BYTES, size)];
                ByteBuffer.wrap(payload).putLong(System.nanoTime());
                var unused = client.publishWith()
                        .topic(topic)
                        .qos(level)
                        .payload(payload)
                        .send();
                published.increment();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(double elapsed) {
        Map<String, @Nullable Object> figures = new LinkedHashMap<>();
        figures.put("publishedPerSecond", Math.round(published.sum() / elapsed));
        figures.put("deliveredPerSecond", Math.round(delivered.sum() / elapsed));
        figures.put("p50Micros", latency.getValueAtPercentile(50) / 1_000);
        figures.put("p99Micros", latency.getValueAtPercentile(99) / 1_000);
        figures.put("p999Micros", latency.getValueAtPercentile(99.9) / 1_000);
        figures.put("maxMicros", latency.getMaxValue() / 1_000);
        output.fields(figures);
    }
}
