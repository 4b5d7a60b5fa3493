package io.signalbox.systemtests.crash;

import io.signalbox.systemtests.wire.Connection;
import io.signalbox.systemtests.wire.Frame;
import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Publishers and subscribers on threads of their own, the streams between them, and what came of it.
 * Owned by the thread of the harness.
 */
final class Workload {
    static final long STALL_MILLIS = TimeUnit.SECONDS.toMillis(120);

    /** Nothing has moved for so long: nothing will. */
    private static final long QUIET_MILLIS = TimeUnit.SECONDS.toMillis(20);

    final Run run = new Run();
    private final List<Stream> streams = new ArrayList<>();
    private final List<Arrivals> arrivals = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private final long quietMillis;
    private int subscribers;

    Workload() {
        this(QUIET_MILLIS);
    }

    /** @param quietMillis the run ends when nothing has moved for so long */
    Workload(long quietMillis) {
        this.quietMillis = quietMillis;
    }

    Stream stream(String topic, int qos, boolean retained) {
        Stream stream = new Stream(topic, qos, retained);
        streams.add(stream);
        return stream;
    }

    List<Stream> streams() {
        return List.copyOf(streams);
    }

    /** All streams so far must come to it that fit; see {@link SubscriberClient} for the rest. */
    void subscriber(String name, String filter, int qos, int connectionMessagesMax, Predicate<Stream> fits) {
        subscribe(name, filter, qos, connectionMessagesMax, arrivalsOf(name, fits, false));
    }

    /** Members that share what fits among them. */
    void group(String name, String filter, int qos, int members, int connectionMessagesMax, Predicate<Stream> fits) {
        Map<String, Arrivals> shared = arrivalsOf(name, fits, true);
        for (int member = 1; member <= members; member++) {
            subscribe(
                    name + "-" + member, "$share/" + name + "/" + filter, qos, member * connectionMessagesMax, shared);
        }
    }

    private Map<String, Arrivals> arrivalsOf(String name, Predicate<Stream> fits, boolean group) {
        Map<String, Arrivals> byKey = new HashMap<>();
        streams.stream().filter(fits).forEach(stream -> {
            Arrivals of = new Arrivals(name, stream, group);
            byKey.put(stream.key(), of);
            arrivals.add(of);
            run.register(of);
        });
        return byKey;
    }

    private void subscribe(
            String name, String filter, int qos, int connectionMessagesMax, Map<String, Arrivals> byKey) {
        subscribers++;
        start(name, new SubscriberClient(run, name, filter, qos, connectionMessagesMax, byKey));
    }

    void awaitSubscribed() {
        if (!run.awaitSubscribed(subscribers, STALL_MILLIS)) {
            throw new IllegalStateException("subscribers could not subscribe: " + run.troubles());
        }
    }

    void publisher(String name, List<Stream> of, int payloadBytes, long connectionNanosMax, Pace pace) {
        start(name, new Publisher(run, name, of, payloadBytes, connectionNanosMax, pace));
    }

    private void start(String name, Runnable client) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                client.run();
            } catch (RuntimeException e) {
                run.trouble(name + " died: " + e);
            }
        }));
    }

    /** Waits for so many more acknowledgements. */
    void awaitAcknowledgements(long count) {
        if (!run.awaitAcknowledged(run.acknowledgedCount() + count, STALL_MILLIS)) {
            throw new IllegalStateException(count + " acknowledgements did not come within " + STALL_MILLIS
                    + " ms, troubles: " + run.troubles());
        }
    }

    /**
     * Publishers end what they began, subscribers get what is queued: until nothing moves any more, or
     * what moves brings nothing to its end.
     */
    void drain() {
        run.drain();
        long began = System.nanoTime();
        long before = moved();
        long movedAt = began;
        for (long now = began; !isComplete(); now = System.nanoTime()) {
            if (now - began > TimeUnit.MILLISECONDS.toNanos(2 * STALL_MILLIS)) {
                findings.add("there is no end: " + owed());
                return;
            }
            if (moved() != before) {
                before = moved();
                movedAt = now;
            } else if (now - movedAt > TimeUnit.MILLISECONDS.toNanos(quietMillis)) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private String owed() {
        return java.util.stream.Stream.concat(
                        streams.stream()
                                .filter(stream -> stream.acknowledged() != stream.sent())
                                .map(stream -> stream.key() + " has unacknowledged messages"),
                        arrivals.stream().filter(of -> of.lag() > 0).map(Arrivals::behind))
                .collect(Collectors.joining(", "));
    }

    private long moved() {
        return run.acknowledgedCount() + delivered();
    }

    private boolean isComplete() {
        return streams.stream().allMatch(stream -> stream.acknowledged() == stream.sent())
                && arrivals.stream().allMatch(of -> of.lag() <= 0);
    }

    /** After {@link #drain}: what the broker retained of each retained stream must be its newest message. */
    void checkRetained(int port) {
        streams.stream().filter(stream -> stream.retained && stream.sent() > 0).forEach(stream -> {
            try (Connection connection =
                    Connection.open(port, Version.V3_1_1, "retained", 0, true, Run.READ_TIMEOUT_MILLIS)) {
                connection.send(Packets.subscribe(Version.V3_1_1, 1, stream.topic, 0));
                connection.flush();
                // The answer to SUBSCRIBE and the message come in any order (MQTT 3.1.1, 3.8.4).
                Frame first = connection.read();
                Frame frame = first.type() == Frame.SUBACK ? connection.read() : first;
                String text = new String(frame.payload(Version.V3_1_1), StandardCharsets.UTF_8).strip();
                if (frame.type() != Frame.PUBLISH || !frame.isRetained() || !text.equals("" + stream.sent())) {
                    findings.add(stream.key() + ": retained is " + text + ", the newest is " + stream.sent());
                }
            } catch (IOException e) {
                findings.add(stream.key() + ": retained message not to be had: " + e);
            }
        });
    }

    void end() {
        run.end();
        try {
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    long delivered() {
        return arrivals.stream().mapToLong(of -> of.count() + of.duplicates()).sum();
    }

    long duplicates() {
        return arrivals.stream().mapToLong(Arrivals::duplicates).sum();
    }

    long missing() {
        return arrivals.stream().mapToLong(Arrivals::missing).sum();
    }

    /** Everything that must not be, in words; empty when all is well. */
    List<String> findings() {
        List<String> all = new ArrayList<>(run.troubles());
        all.addAll(findings);
        arrivals.forEach(of -> all.addAll(of.findings()));
        for (Stream stream : streams) {
            if (stream.acknowledged() != stream.sent()) {
                all.add(stream.key() + ": " + (stream.sent() - stream.acknowledged())
                        + " messages were never acknowledged, though the broker was up to the end");
            }
        }
        return all;
    }
}
