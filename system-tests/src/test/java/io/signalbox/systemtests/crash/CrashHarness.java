package io.signalbox.systemtests.crash;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.MosquittoProcess;
import io.signalbox.systemtests.process.ServerProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills a broker under load, restarts it on the same data, and so on; then checks that every
 * acknowledged message came to every persistent subscriber, in the order of its publisher, and with
 * QoS 2 exactly once.
 *
 * <pre>./test crash --cycles 200 [--seed N] [--publishers N] [--acks N] [--payload BYTES] [--broker mosquitto]</pre>
 *
 * The run against Mosquitto without persistence shows what a failure looks like.
 */
final class CrashHarness {
    private static final long STALL_MILLIS = TimeUnit.SECONDS.toMillis(120);

    private final CrashSettings settings;
    private final BrokerProcess broker;
    private final Random random;
    private final Run run = new Run();
    private final List<Stream> streams = new ArrayList<>();
    private final List<Arrivals> arrivals = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final boolean progress;
    private int kills;

    private CrashHarness(CrashSettings settings, BrokerProcess broker, boolean progress) {
        this.settings = settings;
        this.broker = broker;
        this.random = new Random(settings.seed());
        this.progress = progress;
    }

    public static void main(String[] arguments) {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println(
                    "crash [--cycles 200] [--seed N] [--publishers 2] [--acks 2000] [--payload 256] [--broker mosquitto]");
            return;
        }
        CrashSettings settings = CrashSettings.parse(list);
        try (BrokerProcess broker = list.contains("mosquitto")
                ? MosquittoProcess.create()
                : ServerProcess.with().build()) {
            CrashReport report = run(settings, broker, true);
            System.out.println(report.inWords());
            System.exit(report.isClean() ? 0 : 1);
        }
    }

    /** Starts the broker, runs, and leaves it running. */
    static CrashReport run(CrashSettings settings, BrokerProcess broker, boolean progress) {
        return new CrashHarness(settings, broker, progress).run();
    }

    private CrashReport run() {
        broker.start();
        run.brokerIsUp(broker.mqttPort());
        try {
            startSubscribers();
            startPublishers();
            for (int cycle = 1; cycle <= settings.cycles(); cycle++) {
                killAfter(1 + random.nextInt(settings.acksPerCycleMax()));
                say(cycle);
            }
            awaitAcknowledgements(settings.acksPerCycleMax());
            drain();
        } finally {
            run.end();
            join();
        }
        return report();
    }

    private void startSubscribers() {
        for (int qos = 1; qos <= 2; qos++) {
            for (int number = 1; number <= settings.publishersPerQos(); number++) {
                streams.add(new Stream(number + (qos - 1) * settings.publishersPerQos(), qos));
            }
        }
        subscriber("steady-1", "crash/1/#", 1, 0);
        subscriber("steady-2", "crash/2/+", 2, 0);
        subscriber("flapping-1", "crash/1/#", 1, 700);
        subscriber("flapping-2", "crash/2/#", 2, 900);
        if (!run.awaitSubscribed(4, STALL_MILLIS)) {
            throw new IllegalStateException(
                    "subscribers could not subscribe: " + run.troubles() + "\n" + broker.tail());
        }
    }

    private void subscriber(String name, String filter, int qos, int connectionMessagesMax) {
        Map<String, Arrivals> byTopic = new HashMap<>();
        for (Stream stream : streams) {
            if (stream.qos == qos) {
                Arrivals of = new Arrivals(name, stream);
                byTopic.put(stream.topic(), of);
                arrivals.add(of);
                run.register(of);
            }
        }
        start(name, new SubscriberClient(run, name, filter, qos, connectionMessagesMax, byTopic));
    }

    private void startPublishers() {
        for (Stream stream : streams) {
            start("publisher " + stream.number, new Publisher(run, stream, settings.payloadBytes()));
        }
    }

    private void start(String name, Runnable client) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(client));
    }

    private void killAfter(int acks) {
        awaitAcknowledgements(acks);
        // Somewhere between two acknowledgements, not always right after one.
        LockSupport.parkNanos(random.nextInt(3_000_000));
        run.brokerIsDown();
        broker.kill();
        kills++;
        if (broker instanceof ServerProcess server && random.nextInt(8) == 0) {
            killWhileItStarts(server);
        }
        broker.start();
        run.brokerIsUp(broker.mqttPort());
    }

    private void awaitAcknowledgements(int count) {
        if (!run.awaitAcknowledged(run.acknowledgedCount() + count, STALL_MILLIS)) {
            throw new IllegalStateException(count + " acknowledgements did not come within " + STALL_MILLIS
                    + " ms, seed " + settings.seed() + ", troubles: " + run.troubles() + "\n" + broker.tail());
        }
    }

    private void killWhileItStarts(ServerProcess server) {
        server.launch();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(700)));
        server.kill();
        kills++;
    }

    /** Publishers end what they began, subscribers get what is queued: until nothing moves any more. */
    private void drain() {
        run.drain();
        long before = -1;
        for (long now = moved(); !isComplete() && now != before; now = moved()) {
            before = now;
            waitWhileIncomplete();
        }
    }

    private long moved() {
        return run.acknowledgedCount()
                + arrivals.stream()
                        .mapToLong(of -> of.count() + of.duplicates())
                        .sum();
    }

    private boolean isComplete() {
        return streams.stream().allMatch(stream -> stream.acknowledged() == stream.sent())
                && arrivals.stream().allMatch(of -> of.lag() <= 0);
    }

    private void waitWhileIncomplete() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!isComplete() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private void join() {
        try {
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(int cycle) {
        if (progress) {
            System.out.printf(
                    "\rcycle %d of %d, %d acknowledged, %d troubles ",
                    cycle,
                    settings.cycles(),
                    run.acknowledgedCount(),
                    run.troubles().size());
            if (cycle == settings.cycles()) {
                System.out.println();
            }
        }
    }

    private CrashReport report() {
        List<String> findings = new ArrayList<>(run.troubles());
        arrivals.forEach(of -> findings.addAll(of.findings()));
        for (Stream stream : streams) {
            if (stream.acknowledged() != stream.sent()) {
                findings.add(stream.topic() + ": " + (stream.sent() - stream.acknowledged())
                        + " messages were never acknowledged, though the broker was up to the end");
            }
        }
        return new CrashReport(
                settings,
                kills,
                run.acknowledgedCount(),
                arrivals.stream().mapToLong(of -> of.count() + of.duplicates()).sum(),
                arrivals.stream().mapToLong(Arrivals::duplicates).sum(),
                arrivals.stream().mapToLong(Arrivals::missing).sum(),
                run.sessionsLost(),
                findings);
    }
}
