package io.signalbox.benchmarks.events;

import io.signalbox.benchmarks.load.LoadException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "benchmarks/events",
        mixinStandardHelpOptions = true,
        description =
                "Many readers of Server-Sent Events on one topic of a Signalbox that runs already: each must get each"
                        + " event once and in order.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all got all", "1:not so"})
final class EventReaders implements Callable<Integer>, Reader.Events {
    private static final String TOPIC = "bench/events";
    private static final int OPENING_MAX = 64;
    private static final long STALL_NANOS = 30_000_000_000L;

    @Option(names = "--port", required = true, description = "Of HTTP.")
    private int port;

    @Option(names = "--readers", defaultValue = "5000", description = "How many (${DEFAULT-VALUE}).")
    private int readers;

    @Option(names = "--messages", defaultValue = "600", description = "Published in all (${DEFAULT-VALUE}).")
    private int messages;

    @Option(names = "--rate", defaultValue = "20", description = "Of them a second (${DEFAULT-VALUE}).")
    private double rate;

    private final Histogram latency = new Histogram(3_600_000_000_000L, 3);
    private long delivered;
    private long wrong;
    private long nowNanos;
    private long movedNanos;
    private int ready;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new EventReaders()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<SocketChannel> open = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(256 << 10);
            movedNanos = System.nanoTime();
            while (ready < readers) {
                while (open.size() < readers && open.size() - ready < OPENING_MAX) {
                    open.add(connect(selector));
                }
                turn(selector, bytes);
            }
            Thread publisher = Thread.ofPlatform().daemon().start(this::publish);
            long begun = System.nanoTime();
            while (delivered + wrong < (long) readers * messages) {
                turn(selector, bytes);
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            publisher.join();
            System.out.printf(
                    Locale.ROOT,
                    "%d readers, %d messages at %.0f/s: delivered %,d of %,d in %.1f s (%,.0f/s), wrong %d, latency ms"
                            + " p50 %.1f p99 %.1f max %.1f%n",
                    readers,
                    messages,
                    rate,
                    delivered,
                    (long) readers * messages,
                    seconds,
                    delivered / seconds,
                    wrong,
                    latency.getValueAtPercentile(50) / 1e6,
                    latency.getValueAtPercentile(99) / 1e6,
                    latency.getMaxValue() / 1e6);
            return wrong == 0 ? 0 : 1;
        } catch (LoadException e) {
            System.err.println("events: " + e.getMessage());
            return 1;
        } finally {
            for (SocketChannel each : open) {
                each.close();
            }
        }
    }

    private SocketChannel connect(Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.write(ByteBuffer.wrap(("GET /api/v1/subscribe?filter=" + TOPIC + " HTTP/1.0\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Reader(channel));
        return channel;
    }

    private void turn(Selector selector, ByteBuffer bytes) throws IOException {
        selector.select(1_000);
        nowNanos = System.nanoTime();
        if (nowNanos - movedNanos > STALL_NANOS) {
            throw new LoadException("nothing came for 30 s; " + ready + " readers are ready, delivered " + delivered
                    + "; are http.connections-max and http.waits-max large enough?");
        }
        for (SelectionKey key : selector.selectedKeys()) {
            read((Reader) key.attachment(), bytes);
        }
        selector.selectedKeys().clear();
    }

    private void read(Reader reader, ByteBuffer bytes) throws IOException {
        bytes.clear();
        int count = reader.channel.read(bytes);
        if (count < 0) {
            throw new LoadException(
                    "the server has ended a stream; are http.connections-max and http.waits-max large" + " enough?");
        }
        movedNanos = nowNanos;
        boolean before = reader.ready;
        reader.take(bytes.flip(), this);
        ready += reader.ready && !before ? 1 : 0;
    }

    /** Nobody else publishes, so the ids of one reader follow each other. */
    @Override
    public void onEvent(long after, long id, long stampNanos) {
        if (after == 0 || id == after + 1) {
            delivered++;
            latency.recordValue(Math.max(0, nowNanos - stampNanos));
        } else {
            wrong++;
        }
    }

    private void publish() {
        HttpClient client = HttpClient.newHttpClient();
        long begun = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            long due = begun + (long) (i * 1e9 / rate);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            String body = "{\"topic\":\"" + TOPIC + "\",\"payload\":\"" + System.nanoTime() + "\"}";
            try {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/publish"))
                                .timeout(Duration.ofSeconds(30))
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    System.err.println("events: a publish was refused: " + answer.body());
                }
            } catch (IOException e) {
                System.err.println("events: a publish failed: " + e.getMessage());
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
